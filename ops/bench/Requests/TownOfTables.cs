using System.Collections.Immutable;
using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Bench.Requests;

/// <summary>Tables that all hold a customer's rows, as contracts would describe them.</summary>
internal static class TownOfTables
{
    public static MaskedSchema Schema { get; } =
        new([
            new MaskedField("customer_id", ScalarType.Uuid, Nullable: true),
            new MaskedField("note", ScalarType.Text, Nullable: true),
            new MaskedField("amount", new ScalarType(ScalarKind.Int64), Nullable: true),
        ]);

    /// <summary>A catalog of so many tables.</summary>
    public static ContractCatalog Catalog(int tables) =>
        new([
            new Contract(
                "bench",
                "1.0.0",
                "Bench",
                "active",
                "supply",
                "hash",
                [.. Enumerable.Range(0, tables).Select(Table)]
            ),
        ]);

    public static Dataset Table(int number) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"t{number:0000}"),
            string.Create(CultureInfo.InvariantCulture, $"topic.{number}"),
            "",
            "bench",
            "supply",
            new DatasetSubject("customer", "customer_id"),
            ErasureRule.Delete,
            [Identifier, Column("note", "user.content"), Column("amount", "user.financial")],
            [],
            null
        );

    private static Column Identifier { get; } =
        new(
            "customer_id",
            "customer_id",
            "string",
            "",
            null,
            "user.unique_id",
            "customer_id",
            Link.Owns,
            new MaskingRule("surrogate", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );

    private static Column Column(string name, string category) =>
        new(
            name,
            name,
            "string",
            "",
            null,
            category,
            null,
            null,
            new MaskingRule("plain", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );
}
