using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Free text, with the names and numbers that people put into it: their own, and those of others.</summary>
internal static class DemoTexts
{
    public static string Body(Faker faker, DemoPerson writer, DemoPerson other, DemoMeter meter)
    {
        var account = meter.Account.AccountNumber;
        return faker.Random.Int(1, 12) switch
        {
            1 =>
                $"Hello, this is {writer.FullName}. My bill for account {account} is wrong again. Call me on {writer.Phone}.",
            2 => $"My new e-mail is {writer.Email}, please stop writing to the old one. Thanks, {writer.Given}",
            3 =>
                $"I moved in with {other.FullName} at {other.Address.Lines[^1]}, {other.Address.Postcode}. Put the account in both names.",
            4 => $"Please send the refund to {meter.Account.Iban} and confirm to {writer.Email}.",
            5 => $"My neighbour {other.FullName} ({other.Phone}) has a key if the engineer comes while I am at work.",
            6 =>
                $"Reading for MPAN {meter.Mpan}: the display says {faker.Random.Int(1_000, 99_999)}. Regards, {writer.Title} {writer.Family}",
            7 =>
                $"{other.Given} {other.Family} pays for me now, reach {other.Given} at {other.Email} or {other.Phone}.",
            8 => $"Why is my direct debit so high? I live alone at {writer.Address.Postcode} and I am hardly at home.",
            9 => $"I am {writer.FullName}, born {writer.Born:dd/MM/yyyy}, and I cannot log in with {writer.Email}.",
            10 => $"Is the smart meter ({meter.Serial}) meant to blink? It worries my mum, {other.Given}.",
            11 => $"Complaint: your agent gave my number {writer.Phone} to {other.FullName}. I want that looked into.",
            _ => "Thank you, that solved it. The kettle is on again ☕",
        };
    }

    /// <summary>What an agent wrote down: nothing, a line, or a signed note.</summary>
    public static object? Note(Faker faker, DemoPerson writer) =>
        faker.Random.Int(1, 10) switch
        {
            <= 5 => null,
            <= 7 => $"Spoke to {writer.Given} {writer.Family}, resolved.",
            _ => (Author: faker.Name.FullName(), Text: $"Customer asked to be called on {writer.Phone} only."),
        };
}
