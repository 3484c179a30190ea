using System.Collections.Immutable;
using System.Globalization;
using Governance.Masking.Contracts;

namespace Governance.Tests.Avro.Differential;

/// <summary>Random contracts for random schemas: each column gets a method that fits its type.</summary>
internal sealed class RandomContract(Dice dice)
{
    /// <summary>The keys that a map's contract names.</summary>
    public static readonly ImmutableArray<string> Keys = ["k0", "k1", "key-é"];

    private static readonly string[] Domains = ["customer_id", "email", "phone", "mpan", "badge"];
    private static readonly string[] Categories =
    [
        "user.name",
        "user.contact.email",
        "user.financial",
        "user.behavior",
    ];

    /// <summary>A contract that masks.</summary>
    public Dataset Masking(Part root) => Dataset(root, Root(root, Column));

    /// <summary>A contract that leaves everything as it is.</summary>
    public static Dataset AllPlain(Part root) => Dataset(root, Root(root, Plain));

    private static Dataset Dataset(Part root, ImmutableArray<Column> columns) =>
        new(
            root.SimpleName,
            root.SimpleName,
            "",
            "random",
            "tests",
            columns[0].Identifier is null ? null : new DatasetSubject("customer", "id"),
            ErasureRule.Delete,
            columns,
            [],
            null
        );

    private static ImmutableArray<Column> Root(Part root, Func<Part, string, string, Column> column) =>
        [.. root.Fields.Select(field => column(field.Type, field.Name, field.Name))];

    private static Column Bare(string name, string path) =>
        new(name, path, null, "", null, null, null, null, null, null, []);

    private static Column Public(string name, string path) => Bare(name, path) with { Classification = "public" };

    private static Column Plain(Part type, string name, string path) =>
        type.Values is [{ IsComposite: true } composite]
            ? Composite(composite, name, path, Plain, keys => keys)
            : Public(name, path);

    private Column Column(Part type, string name, string path)
    {
        if (path == "id")
        {
            return Identifier(name, path, dice.Of("surrogate", "token", "seal", "digest"), "customer_id");
        }

        var values = type.Values;
        if (values is [] or [{ IsNull: true }])
        {
            return Public(name, path);
        }

        if (values is [{ IsComposite: true } composite] && !dice.OnceIn(5))
        {
            return Composite(composite, name, path, Column, SomeDropped);
        }

        if (values.Any(value => value.IsComposite))
        {
            return Masked(name, path, dice.Of("seal", "token", "digest", "drop"));
        }

        return values is [var scalar] ? Scalar(scalar, name, path) : Scalars(name, path);
    }

    private static Column Composite(
        Part type,
        string name,
        string path,
        Func<Part, string, string, Column> column,
        Func<ImmutableArray<Column>, ImmutableArray<Column>> keys
    ) =>
        Bare(name, path) with
        {
            Children = type.Kind switch
            {
                "record" => [.. type.Fields.Select(field => column(field.Type, field.Name, $"{path}.{field.Name}"))],
                "array" => [column(type.Item!, "", $"{path}[]")],
                _ => keys(KeysOf(type.Item!, path, column)),
            },
        };

    // All values of a map are of one type: all its keys are masked in one way.
    private static ImmutableArray<Column> KeysOf(Part value, string path, Func<Part, string, string, Column> column)
    {
        var first = column(value, Keys[0], $"{path}.{Keys[0]}");
        return [.. Keys.Select(key => Moved(first, key, first.Path, $"{path}.{key}"))];
    }

    private ImmutableArray<Column> SomeDropped(ImmutableArray<Column> keys) =>
        dice.OnceIn(3) ? keys.SetItem(1, Masked(keys[1].Name, keys[1].Path, "drop")) : keys;

    private static Column Moved(Column column, string name, string from, string to) =>
        column with
        {
            Name = name,
            Path = to + column.Path[from.Length..],
            Children = [.. column.Children.Select(child => Moved(child, child.Name, from, to))],
        };

    private Column Scalars(string name, string path) =>
        dice.OnceIn(3) ? Public(name, path) : Masked(name, path, dice.Of("seal", "token", "digest", "drop"));

    private Column Scalar(Part type, string name, string path)
    {
        if (dice.OnceIn(3))
        {
            return Public(name, path);
        }

        var domain = dice.Of<string>(Domains);
        switch (dice.Below(8))
        {
            case 0 when IsIdentifier(type):
                return Identifier(name, path, dice.Of("surrogate", "surrogate", "token", "seal"), domain);
            case 1 or 2 when Generalized(type) is var (parameter, value) && parameter.Length > 0:
                return Masked(name, path, "generalize", (parameter, value));
            case 3 when type.Kind is "string" or "enum" && type.Logical is null:
                return Masked(name, path, "redact");
            case 4 when type is { Kind: "string" or "int" or "long", Logical: null }:
                return Masked(name, path, "partial", ("keep", dice.Of("first", "last")), ("n", dice.Of("1", "2", "3")));
            case 5:
                return Masked(name, path, "drop");
            case 6:
                return Masked(name, path, "token", ("domain", domain));
            case 7:
                return Masked(name, path, "digest", ("domain", domain), ("encoding", dice.Of("hex", "base64url")));
            default:
                return Masked(name, path, "seal");
        }
    }

    private static bool IsIdentifier(Part type) =>
        type switch
        {
            { Logical: null, Kind: "string" or "int" or "long" or "bytes" or "fixed" } => true,
            { Logical: "uuid" } => true,
            _ => false,
        };

    private (string Name, string Value) Generalized(Part type) =>
        type switch
        {
            { Kind: "int" or "long", Logical: null } => dice.OnceIn(3)
                ? ("bands", "18,35,65")
                : ("bucket", dice.Of("5", "10")),
            { Kind: "float" or "double" } => ("bucket", dice.Of("0.5", "10")),
            { Logical: "decimal" } => ("bucket", "5"),
            { Logical: "date" } => ("to", dice.Of("year", "month")),
            { Logical: "timestamp-millis" or "timestamp-micros" } => ("to", dice.Of("year", "month", "day", "hour")),
            { Logical: "local-timestamp-millis" or "local-timestamp-micros" } => ("to", dice.Of("day", "hour")),
            _ => ("", ""),
        };

    private Column Masked(string name, string path, string method, params (string Name, string Value)[] parameters) =>
        Bare(name, path) with
        {
            Classification = "restricted",
            PrivacyCategory = dice.Of<string>(Categories),
            Masking = new MaskingRule(
                method,
                parameters.ToImmutableDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)
            ),
        };

    private Column Identifier(string name, string path, string method, string domain) =>
        Masked(name, path, method) with
        {
            PrivacyCategory = string.Create(CultureInfo.InvariantCulture, $"user.unique_id.{domain}"),
            Identifier = domain,
            Link = dice.Of(Link.Owns, Link.Shared, Link.Lookup),
        };
}
