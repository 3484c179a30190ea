using System.Globalization;

namespace Governance.Bench.Masking;

/// <summary>An invented customer of an energy supplier.</summary>
/// <param name="Id">As the supplier counts them.</param>
/// <param name="Account">Account number.</param>
/// <param name="Name">Full name.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Phone">In E.164, of the range kept for fiction.</param>
/// <param name="MeterPoint">Thirteen digits.</param>
internal sealed record Customer(string Id, string Account, string Name, string Email, string Phone, string MeterPoint)
{
    private static readonly string[] Given =
    [
        "Margaret",
        "Oliver",
        "Priya",
        "Callum",
        "Siobhan",
        "Gareth",
        "Amelia",
        "Mohammed",
        "Isla",
        "Tomasz",
        "Chloe",
        "Rhys",
    ];

    private static readonly string[] Family =
    [
        "Patel",
        "Smith",
        "Okafor",
        "MacDonald",
        "Hughes",
        "Kowalski",
        "Ahmed",
        "Robinson",
        "Fitzgerald",
        "Clarke",
        "Nguyen",
    ];

    /// <summary>How many identifiers each has.</summary>
    public const int Identifiers = 5;

    /// <summary>The customer of a number: the same one always, and no two with an identifier in common.</summary>
    public static Customer Of(int number)
    {
        var digits = number.ToString("D8", CultureInfo.InvariantCulture);
        var given = Given[number % Given.Length];
        var family = Family[number / Given.Length % Family.Length];
        return new Customer(
            $"C{digits}",
            $"80{digits}",
            $"{given} {family}",
            $"{given}.{family}{number}@example.com".ToLowerInvariant(),
            $"+4477{digits}",
            $"12000{digits}"
        );
    }
}
