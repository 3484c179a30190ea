using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Tests.Features.SubjectRequests.Erasure.NobodyElse;

/// <summary>The tables of a town's supplier: with joint accounts, cards and phones that several people use, neighbours, employees.</summary>
internal static class TownTables
{
    public const string Tag = "tag";

    public static Dataset Customers { get; } =
        Table(
            "customers",
            Owns("customer_id"),
            Owns("email"),
            Identifier("phone", Link.Shared),
            Identifier("address_id", Link.Shared),
            Identifier("card", Link.Shared)
        );

    /// <summary>One person who was registered twice, and was found to be one.</summary>
    public static Dataset Merges { get; } =
        Table("customer_merges", Owns("customer_id"), Owns("former_id", "customer_id"));

    public static Dataset Accounts { get; } = Table("accounts", Owns("account_number"), Owns("customer_id"));

    /// <summary>Who holds a joint account: the row is the holder's, the account is both theirs.</summary>
    public static Dataset Holders { get; } =
        Table("joint_holders", Owns("customer_id"), Identifier("joint_account", Link.Shared));

    /// <summary>Invoices of joint accounts are about both holders: neither's erasure takes them away.</summary>
    public static Dataset JointInvoices { get; } =
        Table("joint_invoices", null, Identifier("joint_account", Link.Shared), Personal("amount"));

    public static Dataset Meters { get; } =
        Table("meters", Owns("mpan"), Owns("account_number"), Identifier("address_id", Link.Shared));

    public static Dataset Readings { get; } = Table("meter_readings", Owns("mpan"), Personal("watt_hours"));

    public static Dataset Payments { get; } =
        Table("payments", Owns("account_number"), Personal("pence")) with
        {
            OnErasure = new ErasureRule(ErasureAction.Retain, EnergyTables.Ground, new RetentionPeriod(6, "y")),
        };

    public static Dataset Messages { get; } =
        Table("support_messages", Owns("customer_id"), Personal("words")) with
        {
            OnErasure = new ErasureRule(ErasureAction.Clear),
        };

    public static Dataset Calls { get; } = Table("calls", null, Identifier("phone", Link.Shared), Personal("minutes"));

    /// <summary>A parcel that was left with a neighbour is the receiver's.</summary>
    public static Dataset Parcels { get; } =
        Table("parcels", Owns("customer_id"), Identifier("neighbour_id", Link.Lookup, "customer_id"));

    /// <summary>An employee may be a customer, too: the employment is another matter.</summary>
    public static Dataset Employees { get; } =
        Table(
            "employees",
            Owns("employee_id"),
            Identifier("work_email", Link.Owns),
            Identifier("home_phone", Link.Shared, "phone")
        ) with
        {
            Subject = new DatasetSubject("employee", "employee_id"),
        };

    public static ImmutableArray<Dataset> All { get; } =
    [
        Customers,
        Merges,
        Accounts,
        Holders,
        JointInvoices,
        Meters,
        Readings,
        Payments,
        Messages,
        Calls,
        Parcels,
        Employees,
    ];

    public static ContractCatalog Catalog { get; } = EnergyTables.Catalog(All);

    private static Dataset Table(string name, params Column?[] columns) =>
        new(
            name,
            name,
            "",
            "town",
            "supply",
            columns[0] is { } first ? new DatasetSubject("customer", first.Path) : null,
            ErasureRule.Delete,
            [.. columns.OfType<Column>(), Public(Tag)],
            [],
            null
        );

    private static Column Owns(string name, string? domain = null) => Identifier(name, Link.Owns, domain);

    private static Column Identifier(string name, Link link, string? domain = null) =>
        new(
            name,
            name,
            "string",
            "",
            null,
            "user.unique_id",
            domain ?? name,
            link,
            new MaskingRule("surrogate", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );

    private static Column Personal(string name) =>
        new(
            name,
            name,
            "string",
            "",
            null,
            "user.behavior",
            null,
            null,
            new MaskingRule("plain", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );

    private static Column Public(string name) =>
        new(name, name, "string", "", "public", null, null, null, null, null, []);
}
