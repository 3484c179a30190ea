using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.SameRows;

/// <summary>A contract's columns, the schema that comes of it, and rows of that schema.</summary>
/// <param name="Columns">As the contract has them.</param>
/// <param name="Schema">As the rows have them.</param>
/// <param name="Rows">JSON objects.</param>
internal sealed record GeneratedTable(ImmutableArray<Column> Columns, MaskedSchema Schema, ImmutableArray<string> Rows)
{
    private const int Surrogates = 5;
    private static readonly ErasureRule s_retain = new(ErasureAction.Retain, "GDPR Art. 17(3)(b)", new(6, "y"));

    private static readonly Gen<ErasureRule?> s_rule = Gen.Frequency(
        (3, Gen.Const((ErasureRule?)null)),
        (1, Gen.Const((ErasureRule?)s_retain))
    );

    private static readonly ScalarType[] s_scalars =
    [
        ScalarType.Text,
        new(ScalarKind.Int64),
        new(ScalarKind.Decimal, 10, 2),
        new(ScalarKind.Double),
        new(ScalarKind.Boolean),
        new(ScalarKind.Date),
        new(ScalarKind.Timestamp),
    ];

    /// <summary>Contracts with rows.</summary>
    public static Gen<GeneratedTable> Any { get; } =
        // What many cases need, and whatever else there may be.
        Gen.Select(
                Gen.Const(Identifier("customer", rule: null)),
                Gen.Frequency((2, Personal()), (1, Gen.Const(Scalar(ScalarType.Text, path => Column(path))))),
                Gen.OneOf(
                    Gen.Select(Identifiers(), Gen.Bool, List),
                    Gen.Select(Identifiers(), Gen.Bool, Map),
                    Gen.Select(Identifiers(), Identifiers(), Union)
                ),
                AnyPart(0).Array[0, 3],
                (id, text, many, others) => ImmutableArray.Create([id, text, many, .. others])
            )
            .SelectMany(
                parts =>
                {
                    var row = All(parts.Select(part => part.Json));
                    return Gen.Frequency((1, row.Array[0, 1]), (7, row.Array[4, 12]));
                },
                Of
            );

    /// <summary>Identifiers of some domain, of the same few that rows hold.</summary>
    public static Gen<(string Domain, Guid Surrogate)> Key { get; } =
        Gen.Select(
            OneOf("customer", "email", "phone"),
            Gen.Int[0, Surrogates - 1],
            (domain, value) => (domain, Surrogate(value))
        );

    /// <summary>The columns that are one value a row, with their types.</summary>
    public IEnumerable<(string Name, ScalarType Type)> Scalars =>
        Schema
            .Columns.Where(column => column.Type is ScalarType)
            .Select(column => (column.Name, (ScalarType)column.Type));

    /// <summary>Values of a type, in their text form, to be found in rows and to be asked for.</summary>
    public static string[] Values(ScalarType type) =>
        type.Kind switch
        {
            ScalarKind.Text => ["", "a", "ab", "ba", "B", "ä\n", "no'\\`\"", "%_"],
            ScalarKind.Int64 => ["0", "5", "-1", "9007199254740993"],
            ScalarKind.Decimal => ["0.00", "0.10", "12.50", "-12.51"],
            ScalarKind.Double => ["0", "0.5", "-12.25", "1.5"],
            ScalarKind.Boolean => ["true", "false"],
            ScalarKind.Date => ["1969-12-31", "2026-02-03", "2026-03-03"],
            ScalarKind.Timestamp => ["1969-12-31T23:59:59.999999Z", "2026-02-03T04:05:06.000000Z"],
            ScalarKind.Uuid => [.. Enumerable.Range(0, Surrogates).Select(value => $"{Surrogate(value)}")],
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };

    /// <summary>One of some values.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    public override string ToString() =>
        $"""
            {string.Join("\n    ", Schema.Columns)}
            contract {string.Join("\n    ", Columns.SelectMany(column => column.SelfAndDescendants()).Select(Describe))}
            {string.Join("\n    ", Rows)}
            """;

    private static string Describe(Column column) => $"{column.Path}: {column.Identifier}, {column.OnErasure?.Action}";

    private static GeneratedTable Of(ImmutableArray<Part> parts, ImmutableArray<string>[] rows) =>
        new(
            [.. parts.Select((part, at) => part.Describe($"c{at}"))],
            new MaskedSchema([.. parts.Select((part, at) => Field($"c{at}", part.Type))]),
            [.. rows.Select(row => Json(row.Select((value, at) => ($"c{at}", value))))]
        );

    // A type, what a contract says of it at a path, and its values as JSON.
    private sealed record Part(MaskedType Type, Func<string, Column> Describe, Gen<string> Json);

    private static Gen<Part> AnyPart(int depth)
    {
        var single = Gen.Frequency(
            (3, Identifiers()),
            (2, Personal()),
            (3, OneOf(s_scalars).Select(type => Scalar(type, path => Column(path))))
        );
        if (depth == 2)
        {
            return single;
        }

        var inner = AnyPart(depth + 1);
        return Gen.Frequency(
            (5, single),
            (1, inner.Array[1, 2].Select(Record)),
            (2, Gen.Select(inner, Gen.Bool, List)),
            (1, Gen.Select(single, Gen.Bool, Map)),
            (1, Gen.Select(inner, inner, Union))
        );
    }

    private static Gen<Part> Identifiers() => Gen.Select(OneOf("customer", "email", "phone"), s_rule, Identifier);

    private static Gen<Part> Personal() =>
        s_rule.Select(rule => Scalar(ScalarType.Text, path => Column(path, category: "user.content", onErasure: rule)));

    private static Part Identifier(string domain, ErasureRule? rule) =>
        Scalar(ScalarType.Uuid, path => Column(path, domain, onErasure: rule));

    private static Part Scalar(ScalarType type, Func<string, Column> describe) =>
        new(type, describe, OrNull(OneOf(Values(type)).Select(Quoted)));

    private static Part Record(Part[] fields) =>
        new(
            new StructType([.. fields.Select((field, at) => Field($"f{at}", field.Type))]),
            path => Column(path, children: [.. fields.Select((field, at) => field.Describe($"{path}.f{at}"))]),
            OrNull(
                All(fields.Select(field => field.Json))
                    .Select(values => Json(values.Select((value, at) => ($"f{at}", value))))
            )
        );

    private static Part List(Part item, bool itemNullable) =>
        new(
            new ListType(item.Type, itemNullable),
            path => Column(path, children: [item.Describe($"{path}[]")]),
            OrNull(
                item.Json.Array[0, 3]
                    .Select(items =>
                        $"[{string.Join(",", itemNullable ? items : items.Where(value => value != "null"))}]"
                    )
            )
        );

    // A contract names keys, or means all of them.
    private static Part Map(Part value, bool isNamed) =>
        new(
            new MapType(value.Type, ValueNullable: true),
            path => Column(path, children: [value.Describe(isNamed ? $"{path}.home" : $"{path}[]")]),
            OrNull(Gen.Select(value.Json, value.Json, (home, work) => Json([("home", home), ("work", work)])))
        );

    // A union of two records: what a contract says of a field is meant of either.
    private static Part Union(Part home, Part work)
    {
        var fields = new[] { home, work }.Select(branch => new StructType([Field("at", branch.Type)])).ToArray();
        return new(
            new StructType([Field("Home_value", fields[0]), Field("Work_value", fields[1])]),
            path => Column(path, children: [home.Describe($"{path}.at")]),
            OrNull(
                Gen.Select(
                    Gen.Bool,
                    home.Json,
                    work.Json,
                    (isHome, one, other) =>
                        isHome
                            ? Json([("Home_value", Json([("at", one)])), ("Work_value", "null")])
                            : Json([("Home_value", "null"), ("Work_value", Json([("at", other)]))])
                )
            )
        );
    }

    private static Guid Surrogate(int value) => new(value, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    private static Gen<ImmutableArray<T>> All<T>(IEnumerable<Gen<T>> each) =>
        each.Aggregate(
            Gen.Const(ImmutableArray<T>.Empty),
            (all, one) => Gen.Select(all, one, (values, value) => values.Add(value))
        );

    private static Gen<string> OrNull(Gen<string> json) => Gen.Frequency((1, Gen.Const("null")), (4, json));

    private static string Json(IEnumerable<(string Name, string Value)> fields) =>
        $"{{{string.Join(",", fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"\"{field.Name}\":{field.Value}")))}}}";

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
