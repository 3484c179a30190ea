using System.Text.Json.Nodes;

namespace Governance.Tests.Avro.Differential;

/// <summary>One type of a random schema.</summary>
internal sealed class Part
{
    /// <summary>Avro's name of the type (<c>int</c>, <c>record</c>, <c>union</c>).</summary>
    public required string Kind { get; init; }

    /// <summary>Avro's logical type, or <see langword="null"/>.</summary>
    public string? Logical { get; init; }

    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>Bytes of a fixed.</summary>
    public int Size { get; init; }

    /// <summary>Full name of a record, enum or fixed.</summary>
    public string Name { get; init; } = "";

    public string[] Symbols { get; init; } = [];

    public PartField[] Fields { get; init; } = [];

    /// <summary>Item of an array, value of a map.</summary>
    public Part? Item { get; init; }

    public Part[] Branches { get; init; } = [];

    public bool IsNull => Kind == "null";

    public bool IsComposite => Kind is "record" or "array" or "map";

    public bool IsScalar => !IsComposite && Kind is not ("union" or "null");

    /// <summary>Branches of a union that hold a value; else the type itself.</summary>
    public Part[] Values => Kind == "union" ? [.. Branches.Where(branch => !branch.IsNull)] : [this];

    /// <summary>The last part of the name: of a record's, or the type's.</summary>
    public string SimpleName => Name.Length == 0 ? Kind : Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>The schema as JSON; a named type is defined where it is first met, and referred to from then on.</summary>
    public JsonNode Define(HashSet<string> defined)
    {
        if (Kind == "union")
        {
            return new JsonArray([.. Branches.Select(branch => branch.Define(defined))]);
        }

        if (Name.Length > 0 && !defined.Add(Name))
        {
            return Name;
        }

        var json = new JsonObject { ["type"] = Kind };
        if (Name.Length > 0)
        {
            json["name"] = Name;
        }

        switch (Kind)
        {
            case "record":
                json["fields"] = new JsonArray([.. Fields.Select(field => Define(field, defined))]);
                break;
            case "array":
                json["items"] = Item!.Define(defined);
                break;
            case "map":
                json["values"] = Item!.Define(defined);
                break;
            case "enum":
                json["symbols"] = new JsonArray([.. Symbols.Select(symbol => (JsonNode)symbol)]);
                break;
            case "fixed":
                json["size"] = Size;
                break;
            default:
                if (Logical is null)
                {
                    return Kind;
                }

                break;
        }

        if (Logical is not null)
        {
            json["logicalType"] = Logical;
            if (Logical == "decimal")
            {
                json["precision"] = Precision;
                json["scale"] = Scale;
            }
        }

        return json;
    }

    private static JsonObject Define(PartField field, HashSet<string> defined)
    {
        var json = new JsonObject { ["name"] = field.Name, ["type"] = field.Type.Define(defined) };
        if (field.HasDefault)
        {
            json["default"] = field.Default?.DeepClone();
        }

        return json;
    }
}

/// <summary>A field of a record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="HasDefault">Whether it has a default value.</param>
/// <param name="Default">The default value.</param>
internal sealed record PartField(string Name, Part Type, bool HasDefault = false, JsonNode? Default = null);
