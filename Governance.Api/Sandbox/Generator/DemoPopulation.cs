using System.Globalization;
using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>
/// Invents people, their homes, accounts and meters. Ids carry the session that made them, so that a later session never
/// makes one again.
/// </summary>
internal sealed class DemoPopulation(Faker faker, DemoSettings settings, int session)
{
    private static readonly string[] Hosts = ["example.com", "example.org", "example.net", "mail.example.com"];
    private static readonly string[] Segments = ["HOUSEHOLD", "SMALL_BUSINESS", "LANDLORD", "PRIORITY_SERVICES"];
    private static readonly string[] Tariffs = ["STANDARD", "FIXED", "TRACKER", "ECONOMY_7", "EXPORT"];
    private readonly HashSet<string> _emails = new(StringComparer.OrdinalIgnoreCase);
    private int _people;
    private int _addresses;
    private int _accounts;
    private int _meters;

    /// <summary>A household: one to four people at one address, the first of whom has the account.</summary>
    public IReadOnlyList<DemoPerson> Household(int atMost)
    {
        var address = Address();
        var family = DemoNames.Next(faker).Family;
        var landline = address.Place.PhonePrefix + faker.Random.ReplaceNumbers("###");
        var size = Math.Min(atMost, faker.Random.ArrayElement([1, 1, 2, 2, 2, 3, 4]));
        return
        [
            .. Enumerable
                .Range(0, size)
                .Select(_ => Person(address, faker.Random.Bool(0.7f) ? family : null, landline)),
        ];
    }

    public DemoPerson Person(DemoAddress address, string? family, string? landline)
    {
        var (given, own) = DemoNames.Next(faker);
        var number = _people++;
        var mobile = DemoNumbers.Mobile(session == 0 ? number : 10_000 + (session * 997) + number);
        var phones = new List<DemoPhone> { new("MOBILE", DemoNumbers.Written(faker, mobile)) };
        if (landline is not null && faker.Random.Bool(0.5f))
        {
            phones.Add(new DemoPhone("HOME", landline));
        }

        var name = family ?? own;
        return new DemoPerson(
            Id("C", number),
            DemoNames.Title(faker),
            given,
            name,
            Email(given, name),
            phones,
            Day(-90 * 365, -18 * 365),
            address,
            faker.Random.WeightedRandom(Segments, [0.8f, 0.08f, 0.04f, 0.08f]),
            DemoNumbers.NationalInsurance(faker),
            At(Day(-10 * 365, -40))
        );
    }

    /// <summary>An address that nobody has yet. Upper case stands here and there, as people type it.</summary>
    public string Email(string given, string family)
    {
        var plain = Ascii($"{given}.{family}");
        var host = faker.Random.ArrayElement(Hosts);
        var email = $"{plain}@{host}";
        for (var n = 2; !_emails.Add(email); n++)
        {
            email = string.Create(CultureInfo.InvariantCulture, $"{plain}{n}@{host}");
        }

        return faker.Random.Bool(0.9f) ? email.ToLowerInvariant() : email;
    }

    public DemoAccount Account(DemoPerson holder) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"8{session:D3}{_accounts++ * 7 % 100_000:D5}"),
            holder,
            DemoNumbers.Iban(faker),
            faker.Random.Long(-25_000, 60_000),
            faker.Random.WeightedRandom(Tariffs, [0.45f, 0.3f, 0.1f, 0.1f, 0.05f]),
            DateOnly.FromDateTime(holder.Since.UtcDateTime)
        );

    public DemoMeter Meter(DemoAccount account)
    {
        var unique = (session * 10_000_000L) + _meters++ + (faker.Random.Long(0, 99) * 100_000);
        return new DemoMeter(
            DemoNumbers.Mpan(account.Holder.Address.Place.Distributor, unique),
            account,
            "E" + faker.Random.Replace("##?######"),
            Day(-8 * 365, -40)
        )
        {
            StartWattHours = faker.Random.Long(200_000, 60_000_000),
            DailyWattHours = faker.Random.Int(3_000, 18_000),
        };
    }

    private DemoAddress Address()
    {
        var place = faker.Random.ArrayElement(DemoPlace.All);
        var street = string.Create(
            CultureInfo.InvariantCulture,
            $"{faker.Random.Int(1, 180)} {faker.Address.StreetName()}"
        );
        string[] lines = faker.Random.Bool(0.3f)
            ? [string.Create(CultureInfo.InvariantCulture, $"Flat {faker.Random.Int(1, 40)}"), street]
            : [street];
        var number = _addresses++;
        return new DemoAddress(
            Id("A", number),
            lines,
            place,
            $"{place.PostcodeArea}{faker.Random.Int(1, 20)} {faker.Random.Int(1, 9)}{faker.Random.String2(2, "ABDEFGHJLNPQRSTUWXYZ")}",
            10_000_000_000 + (session * 10_000_000L) + (number * 37L),
            faker.Random.Bool(0.8f)
                ? (
                    Math.Round(place.Lat + faker.Random.Double(-0.05, 0.05), 5),
                    Math.Round(place.Lon + faker.Random.Double(-0.05, 0.05), 5)
                )
                : null
        );
    }

    private string Id(string prefix, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{session:D3}{number:D5}");

    private DateOnly Day(int from, int to) =>
        DateOnly.FromDateTime(settings.End.UtcDateTime).AddDays(faker.Random.Int(from, to));

    private DateTimeOffset At(DateOnly day) =>
        new(day.ToDateTime(TimeOnly.MinValue).AddSeconds(faker.Random.Int(0, 86_399)), TimeSpan.Zero);

    // Letters with accents fall away, as in addresses that people choose; of some names nothing is left.
    private static string Ascii(string name)
    {
        var kept = name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
        var text = string.Concat(kept).Trim('.');
        return text.Length > 0 ? text : "customer";
    }
}
