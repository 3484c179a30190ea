using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>The tables of a small energy supplier, as contracts would describe them.</summary>
internal static class EnergyTables
{
    public const string Ground = "GDPR Art. 17(3)(b): tax records";

    public static Dataset Customers { get; } =
        Table("customers", "customer_id", Owns("customer_id"), Owns("email"), Shared("phone"), Shared("address_id"));

    public static Dataset Addresses { get; } = Table("addresses", null, Shared("address_id"), Plain("postcode"));

    public static Dataset Accounts { get; } =
        Table("accounts", "account_number", Owns("account_number"), Owns("customer_id"));

    public static Dataset Meters { get; } =
        Table("meters", "account_number", Owns("mpan"), Owns("account_number"), Shared("address_id"));

    public static Dataset Readings { get; } = Table("meter_readings", "mpan", Owns("mpan"), Plain("watt_hours"));

    public static Dataset Payments { get; } =
        Table("payments", "account_number", Owns("account_number"), Plain("pence")) with
        {
            OnErasure = new ErasureRule(ErasureAction.Retain, Ground, new RetentionPeriod(6, "y")),
        };

    public static Dataset Messages { get; } =
        Table("support_messages", "customer_id", Owns("customer_id"), Plain("topic")) with
        {
            OnErasure = new ErasureRule(ErasureAction.Clear),
        };

    public static Dataset Consents { get; } = Table("marketing_consents", "email", Owns("email"), Plain("purpose"));

    public static Dataset Tariffs { get; } =
        Table("tariffs", null, new Column("name", "name", "string", "", "public", null, null, null, null, null, []));

    /// <summary>A call of a customer, about an account that may be another's: not in <see cref="All"/>.</summary>
    public static Dataset Calls { get; } =
        Table("calls", "customer_id", Owns("customer_id"), Shared("account_number"), Shared("phone"));

    /// <summary>Personal data that nothing points at.</summary>
    public static Dataset Loose { get; } = Table("loose_notes", null, Plain("note"));

    public static ImmutableArray<Dataset> All { get; } =
    [Customers, Addresses, Accounts, Meters, Readings, Payments, Messages, Consents, Tariffs];

    public static ContractCatalog Catalog(IEnumerable<Dataset>? datasets = null, string hash = "first") =>
        new([new Contract("energy", "1.0.0", "Energy", "active", "supply", hash, [.. datasets ?? All])]);

    public static MaskedSchema Schema(Dataset dataset) =>
        new([
            .. dataset.Columns.Select(column => new MaskedField(
                column.Name,
                column.Identifier is null ? ScalarType.Text : ScalarType.Uuid,
                Nullable: true
            )),
        ]);

    private static Dataset Table(string name, string? subject, params Column[] columns) =>
        new(
            name,
            name,
            "",
            "energy",
            "supply",
            subject is null ? null : new DatasetSubject("customer", subject),
            ErasureRule.Delete,
            [.. columns],
            [],
            null
        );

    private static Column Owns(string domain) => Identifier(domain, Link.Owns);

    private static Column Shared(string domain) => Identifier(domain, Link.Shared);

    private static Column Identifier(string domain, Link link) =>
        new(
            domain,
            domain,
            "string",
            "",
            null,
            "user.unique_id",
            domain,
            link,
            new MaskingRule("surrogate", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );

    private static Column Plain(string name) =>
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
}
