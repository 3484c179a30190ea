using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>What happens to people day by day; each method makes one event.</summary>
internal sealed class DemoHappenings(Faker faker, DemoRecords records)
{
    private static readonly string[] Channels = ["EMAIL", "PHONE", "CHAT", "LETTER"];
    private static readonly string[] Methods = ["DIRECT_DEBIT", "CARD", "BANK_TRANSFER", "CASH"];
    private static readonly string[] Qualities = ["ACTUAL", "ESTIMATED", "CUSTOMER"];

    /// <summary>What a meter shows some days after the history's beginning.</summary>
    public DemoEvent Reading(DemoMeter meter, double days, DateTimeOffset time)
    {
        var total = meter.StartWattHours + (long)(meter.DailyWattHours * days) + faker.Random.Int(0, 900);
        long[] registers = meter.Account.Tariff is "ECONOMY_7" ? [total * 6 / 10, total - (total * 6 / 10)] : [total];
        return records.Reading(meter, registers, faker.Random.WeightedRandom(Qualities, [0.9f, 0.07f, 0.03f]), time);
    }

    /// <summary>A payment; now and then by somebody else than the holder.</summary>
    public DemoEvent Payment(DemoAccount account, IReadOnlyList<DemoPerson> people, DateTimeOffset time)
    {
        var method = faker.Random.WeightedRandom(Methods, [0.6f, 0.25f, 0.12f, 0.03f]);
        var payer = faker.Random.Bool(0.12f) ? Any(people) : account.Holder;
        var card = method is "CARD" ? faker.Random.ReplaceNumbers("####") : null;
        var pence = faker.Random.Long(2_000, 22_000);
        return records.Payment(DemoNumbers.Uuid(faker), account, pence, method, payer.FullName, card, time);
    }

    public DemoEvent Message(DemoMeter meter, IReadOnlyList<DemoPerson> people, DateTimeOffset time)
    {
        var writer = meter.Account.Holder;
        var body = DemoTexts.Body(faker, writer, Any(people), meter);
        var note = DemoTexts.Note(faker, writer);
        return records.Message(DemoNumbers.Uuid(faker), writer, faker.Random.ArrayElement(Channels), body, note, time);
    }

    public DemoEvent Consent(string email, DateTimeOffset time) =>
        records.Consent(
            email,
            new SortedDictionary<string, bool>(StringComparer.Ordinal)
            {
                ["newsletter"] = faker.Random.Bool(0.4f),
                ["offers"] = faker.Random.Bool(0.7f),
                ["partners"] = faker.Random.Bool(0.1f),
            },
            time
        );

    public DemoEvent Customer(DemoPerson person, DateTimeOffset time) =>
        records.Customer(person, person.Address.Place.Country is "WALES" && faker.Random.Bool() ? "cy" : "en", time);

    private DemoPerson Any(IReadOnlyList<DemoPerson> people) => people[faker.Random.Int(0, people.Count - 1)];
}
