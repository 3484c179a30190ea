using System.Text.Json.Nodes;
using Avro;

namespace Governance.Masking.Avro.Internal;

/// <summary>Derives the Avro schema of masked records from the writer schema and what a plan does with it.</summary>
internal sealed class MaskedAvroSchemas
{
    // A named type is defined where it is first met, and named from then on. Masked in two ways, it becomes two types.
    private readonly Dictionary<string, string> _defined = new(StringComparer.Ordinal);

    private MaskedAvroSchemas() { }

    /// <summary>The schema as JSON.</summary>
    public static string Derive(Schema writer, PlanNode node) =>
        new MaskedAvroSchemas().Type(writer, node).ToJsonString();

    private JsonNode Type(Schema schema, PlanNode node) =>
        node switch
        {
            MaskedNode masked => MaskedValue(schema, masked.Masked, masked.Treatment),
            WholeNode whole => MaskedValue(schema, whole.Masked, whole.Treatment),
            RecordNode record => Record((RecordSchema)schema, record),
            ArrayNode array => new JsonObject
            {
                ["type"] = "array",
                ["items"] = Type(((ArraySchema)schema).ItemSchema, array.Item),
            },
            MapNode map => new JsonObject
            {
                ["type"] = "map",
                ["values"] = Type(((MapSchema)schema).ValueSchema, map.Kept.First()),
            },
            UnionNode union => Union((UnionSchema)schema, union),
            BranchNode branch => Type(schema, branch.Value),
            NullNode => "null",
            _ => Plain(schema),
        };

    private JsonNode MaskedValue(Schema schema, ScalarCodec codec, Columns.ColumnTreatment treatment)
    {
        var type = codec.IsOf(schema) ? Plain(schema) : codec.Describe();
        if (treatment.Masker!.KeyId is { } keyId && type is JsonObject described)
        {
            described["governance.keyId"] = keyId;
        }

        return type;
    }

    private JsonNode Record(RecordSchema schema, RecordNode node)
    {
        var fields = new JsonArray();
        foreach (var (field, part) in schema.Fields.Zip(node.Parts))
        {
            if (part.Node.Output is null)
            {
                continue;
            }

            var masked = new JsonObject { ["name"] = field.Name, ["type"] = Type(field.Schema, part.Node) };
            if (!string.IsNullOrEmpty(field.Documentation))
            {
                masked["doc"] = field.Documentation;
            }

            if (field.DefaultValue is { } value && (!part.Node.Rewrites || IsNullByDefault(field.Schema, part.Node)))
            {
                masked["default"] = JsonNode.Parse(value.ToString(Newtonsoft.Json.Formatting.None));
            }

            fields.Add(masked);
        }

        var definition = new JsonObject { ["type"] = "record", ["name"] = schema.Fullname };
        if (!string.IsNullOrEmpty(schema.Documentation))
        {
            definition["doc"] = schema.Documentation;
        }

        definition["fields"] = fields;
        return Named(definition);
    }

    private JsonArray Union(UnionSchema schema, UnionNode node)
    {
        var branches = new JsonArray();
        for (var index = 0; index < schema.Schemas.Count; index++)
        {
            // Several branches that are masked to one type are one branch.
            if (node.MaskedIndexes[index] == branches.Count)
            {
                branches.Add(Type(schema.Schemas[index], node.Branches[index]));
            }
        }

        return branches;
    }

    private JsonNode Plain(Schema schema)
    {
        if (schema is not LogicalSchema logical)
        {
            var definition = JsonNode.Parse(schema.ToString())!;
            return definition is JsonObject named && schema is NamedSchema ? Named(named) : definition;
        }

        // The library writes the base type inside the logical one, which other readers do not take.
        var based = JsonNode.Parse(logical.BaseSchema.ToString())!;
        var described = based as JsonObject ?? new JsonObject { ["type"] = based };
        described["logicalType"] = logical.LogicalTypeName;
        foreach (var property in (ReadOnlySpan<string>)["precision", "scale"])
        {
            if (logical.GetProperty(property) is { } value)
            {
                described[property] = JsonNode.Parse(value);
            }
        }

        return logical.BaseSchema is NamedSchema ? Named(described) : described;
    }

    private JsonNode Named(JsonObject definition)
    {
        var space = definition["namespace"]?.GetValue<string>();
        var simple = definition["name"]!.GetValue<string>();
        var wanted =
            simple.Contains('.', StringComparison.Ordinal) || string.IsNullOrEmpty(space)
                ? simple
                : $"{space}.{simple}";
        _ = definition.Remove("namespace");
        definition["name"] = "";
        var content = definition.ToJsonString();
        for (var number = 1; ; number++)
        {
            var name =
                number == 1
                    ? wanted
                    : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{wanted}_{number}");
            if (_defined.TryAdd(name, content))
            {
                definition["name"] = name;
                return definition;
            }

            // By its name alone, a logical type would be its base type to some readers: it is defined again.
            if (string.Equals(_defined[name], content, StringComparison.Ordinal) && definition["logicalType"] is null)
            {
                return JsonValue.Create(name);
            }
        }
    }

    private static bool IsNullByDefault(Schema schema, PlanNode node) =>
        schema is UnionSchema { Schemas: [{ Tag: Schema.Type.Null }, ..] } && node is UnionNode;
}
