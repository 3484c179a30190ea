using System.Text.Json;
using System.Text.RegularExpressions;

namespace Governance.Api.Sandbox.Registry;

/// <summary>Reads a schema's JSON by the rules of the Avro 1.12 specification, and says what breaks them.</summary>
internal sealed partial class AvroShapeReader
{
    private static readonly string[] Primitives =
    [
        "null",
        "boolean",
        "int",
        "long",
        "float",
        "double",
        "bytes",
        "string",
    ];
    private readonly Dictionary<string, AvroShape> _named = new(StringComparer.Ordinal);

    private AvroShapeReader() { }

    public static AvroShape Read(JsonElement schema) => new AvroShapeReader().Type(schema, "");

    private AvroShape Type(JsonElement schema, string space) =>
        schema.ValueKind switch
        {
            JsonValueKind.String => Reference(schema.GetString()!, space),
            JsonValueKind.Array => Union(schema, space),
            JsonValueKind.Object => Declared(schema, space),
            _ => throw RegistryFault.InvalidSchema("a type must be a name, an object or a union"),
        };

    private AvroShape Reference(string name, string space)
    {
        if (Primitives.Contains(name, StringComparer.Ordinal))
        {
            return new AvroShape { Kind = name };
        }

        return _named.TryGetValue(Full(name, space), out var shape) ? shape
            : _named.TryGetValue(name, out shape) ? shape
            : throw RegistryFault.InvalidSchema($"undefined name: \"{name}\"");
    }

    private AvroShape Union(JsonElement schema, string space)
    {
        var branches = schema.EnumerateArray().Select(branch => Type(branch, space)).ToArray();
        if (branches.Any(branch => branch.Kind is "union"))
        {
            throw RegistryFault.InvalidSchema("a union must not hold a union directly");
        }

        var twice = branches
            .GroupBy(branch => branch.FullName.Length > 0 ? branch.FullName : branch.Kind, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new AvroShape { Kind = "union", Items = branches }
            : throw RegistryFault.InvalidSchema($"duplicate in union: {twice.Key}");
    }

    private AvroShape Declared(JsonElement schema, string space)
    {
        var type = Required(schema, "type");
        if (type.ValueKind != JsonValueKind.String)
        {
            return Type(type, space);
        }

        return type.GetString() switch
        {
            "record" or "error" => Record(schema, space),
            "enum" => Enum(schema, space),
            "fixed" => Fixed(schema, space),
            "array" => new AvroShape { Kind = "array", Items = [Type(Required(schema, "items"), space)] },
            "map" => new AvroShape { Kind = "map", Items = [Type(Required(schema, "values"), space)] },
            var name => Reference(name!, space),
        };
    }

    private AvroShape Record(JsonElement schema, string space)
    {
        var (full, inner) = Named(schema, space);
        var record = Know(
            new AvroShape
            {
                Kind = "record",
                FullName = full,
                Aliases = Aliases(schema, inner),
            }
        );
        var names = new HashSet<string>(StringComparer.Ordinal);
        var fields = new List<AvroShapeField>();
        foreach (var field in List(schema, "fields"))
        {
            var name = Text(field, "name");
            if (!SimpleName().IsMatch(name) || !names.Add(name))
            {
                throw RegistryFault.InvalidSchema($"the field name \"{name}\" in {full} is illegal or stands twice");
            }

            fields.Add(
                new AvroShapeField(
                    name,
                    Strings(field, "aliases"),
                    Type(Required(field, "type"), inner),
                    field.TryGetProperty("default", out _)
                )
            );
        }

        record.Fields = fields;
        return record;
    }

    private AvroShape Enum(JsonElement schema, string space)
    {
        var (full, inner) = Named(schema, space);
        var symbols = List(schema, "symbols").Select(symbol => symbol.ToString()).ToArray();
        if (symbols.Distinct(StringComparer.Ordinal).Count() != symbols.Length || !symbols.All(SimpleName().IsMatch))
        {
            throw RegistryFault.InvalidSchema($"a symbol of {full} is illegal or stands twice");
        }

        var hasDefault = schema.TryGetProperty("default", out var standIn);
        if (hasDefault && !symbols.Contains(standIn.ToString(), StringComparer.Ordinal))
        {
            throw RegistryFault.InvalidSchema($"the default of {full} is not one of its symbols");
        }

        return Know(
            new AvroShape
            {
                Kind = "enum",
                FullName = full,
                Aliases = Aliases(schema, inner),
                Symbols = symbols,
                HasDefault = hasDefault,
            }
        );
    }

    private AvroShape Fixed(JsonElement schema, string space)
    {
        var (full, inner) = Named(schema, space);
        var size = Required(schema, "size");
        return size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var bytes) && bytes >= 0
            ? Know(
                new AvroShape
                {
                    Kind = "fixed",
                    FullName = full,
                    Aliases = Aliases(schema, inner),
                    Size = bytes,
                }
            )
            : throw RegistryFault.InvalidSchema($"the size of {full} is not a count of bytes");
    }

    private AvroShape Know(AvroShape shape) =>
        _named.TryAdd(shape.FullName, shape)
            ? shape
            : throw RegistryFault.InvalidSchema($"can't redefine: {shape.FullName}");

    private static (string Full, string Space) Named(JsonElement schema, string space)
    {
        var declared = schema.TryGetProperty("namespace", out _) ? Text(schema, "namespace") : space;
        var full = Full(Text(schema, "name"), declared);
        return full.Split('.').All(SimpleName().IsMatch) && !Primitives.Contains(full, StringComparer.Ordinal)
            ? (full, full.LastIndexOf('.') is var dot and >= 0 ? full[..dot] : "")
            : throw RegistryFault.InvalidSchema($"illegal name: \"{full}\"");
    }

    private static string Full(string name, string space) =>
        name.Contains('.', StringComparison.Ordinal) || space.Length == 0 ? name : $"{space}.{name}";

    private static string[] Aliases(JsonElement schema, string space) =>
        [.. Strings(schema, "aliases").Select(alias => Full(alias, space))];

    private static string[] Strings(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out _) ? [.. List(schema, name).Select(item => item.ToString())] : [];

    private static JsonElement.ArrayEnumerator List(JsonElement schema, string name)
    {
        var list = Required(schema, name);
        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw RegistryFault.InvalidSchema($"\"{name}\" must be a list");
    }

    private static string Text(JsonElement schema, string name)
    {
        var text = Required(schema, name);
        return text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw RegistryFault.InvalidSchema($"\"{name}\" must be text");
    }

    private static JsonElement Required(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value)
            ? value
            : throw RegistryFault.InvalidSchema($"no \"{name}\" where one is needed");

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SimpleName();
}
