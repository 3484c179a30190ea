namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>
/// Ann and Ben live at one address and share a phone number; Ann has changed her e-mail. Cora lives alone and has her own.
/// </summary>
internal static class EnergyPeople
{
    public const string OldEmail = "ann.old@example.org";
    public const string NewEmail = "ann.new@example.org";
    public const string SharedPhone = "+44 20 7946 0001";
    public const string CorasPhone = "+44 20 7946 0002";

    public static Task LandAsync(ErasureWorld world) => world.LandAsync(Rows);

    /// <summary>What lands.</summary>
    public static IReadOnlyList<PlainRow> Rows { get; } =
    [
        .. Person("C-ANN", NewEmail, SharedPhone, "ADR-1", "A-100", "2000000000001"),
        .. Person("C-BEN", "ben@example.org", SharedPhone, "ADR-1", "A-200", "2000000000002"),
        .. Person("C-CORA", "cora@example.org", CorasPhone, "ADR-2", "A-300", "2000000000003"),
        // Ann before she changed her e-mail; what she agreed to then hangs on the old address alone.
        new(
            EnergyTables.Customers,
            ("customer_id", "C-ANN"),
            ("email", OldEmail),
            ("phone", SharedPhone),
            ("address_id", "ADR-1")
        ),
        new(EnergyTables.Consents, ("email", OldEmail), ("purpose", "newsletter")),
        new(EnergyTables.Tariffs, ("name", "Night saver")),
    ];

    private static PlainRow[] Person(
        string id,
        string email,
        string phone,
        string address,
        string account,
        string mpan
    ) =>
        [
            new(
                EnergyTables.Customers,
                ("customer_id", id),
                ("email", email),
                ("phone", phone),
                ("address_id", address)
            ),
            new(EnergyTables.Addresses, ("address_id", address), ("postcode", "N1")),
            new(EnergyTables.Accounts, ("account_number", account), ("customer_id", id)),
            new(EnergyTables.Meters, ("mpan", mpan), ("account_number", account), ("address_id", address)),
            new(EnergyTables.Readings, ("mpan", mpan), ("watt_hours", "120")),
            new(EnergyTables.Readings, ("mpan", mpan), ("watt_hours", "130")),
            new(EnergyTables.Payments, ("account_number", account), ("pence", "4200")),
            new(EnergyTables.Messages, ("customer_id", id), ("topic", "moving house")),
            new(EnergyTables.Consents, ("email", email), ("purpose", "newsletter")),
        ];
}
