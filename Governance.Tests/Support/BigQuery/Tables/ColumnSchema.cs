using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>A column, as https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema describes it.</summary>
internal sealed class ColumnSchema
{
    private const int LongestName = 300;

    // "A column name cannot use any of the following prefixes"; in any case, as errors of the service say.
    private static readonly string[] Reserved =
    [
        "_TABLE_",
        "_FILE_",
        "_PARTITION",
        "_ROW_TIMESTAMP",
        "__ROOT__",
        "_COLIDENTIFIER",
        "_CHANGE_SEQUENCE_NUMBER",
        "_CHANGE_TYPE",
        "_CHANGE_TIMESTAMP",
    ];

    // Answers use the names of legacy SQL, whatever names were sent.
    private static readonly Dictionary<string, (string Legacy, string Sql)> Types = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["STRING"] = ("STRING", "STRING"),
        ["BYTES"] = ("BYTES", "BYTES"),
        ["INTEGER"] = ("INTEGER", "INT64"),
        ["INT64"] = ("INTEGER", "INT64"),
        ["FLOAT"] = ("FLOAT", "FLOAT64"),
        ["FLOAT64"] = ("FLOAT", "FLOAT64"),
        ["BOOLEAN"] = ("BOOLEAN", "BOOL"),
        ["BOOL"] = ("BOOLEAN", "BOOL"),
        ["TIMESTAMP"] = ("TIMESTAMP", "TIMESTAMP"),
        ["DATE"] = ("DATE", "DATE"),
        ["TIME"] = ("TIME", "TIME"),
        ["DATETIME"] = ("DATETIME", "DATETIME"),
        ["NUMERIC"] = ("NUMERIC", "NUMERIC"),
        ["BIGNUMERIC"] = ("BIGNUMERIC", "BIGNUMERIC"),
        ["JSON"] = ("JSON", "JSON"),
        ["RECORD"] = ("RECORD", "STRUCT"),
        ["STRUCT"] = ("RECORD", "STRUCT"),
    };

    private ColumnSchema(JsonObject json, string type, string mode, IReadOnlyList<ColumnSchema> fields)
    {
        Json = json;
        LegacyType = type;
        Mode = mode;
        Fields = fields;
    }

    /// <summary>The field as it is kept and answered.</summary>
    public JsonObject Json { get; }

    public string Name => Json["name"]!.GetValue<string>();

    public string LegacyType { get; }

    /// <summary>NULLABLE, REQUIRED or REPEATED.</summary>
    public string Mode { get; }

    public IReadOnlyList<ColumnSchema> Fields { get; }

    public bool IsRequired => Mode is "REQUIRED";

    public SqlType SqlType
    {
        get
        {
            var one = LegacyType is "RECORD"
                ? SqlType.Struct([.. Fields.Select(inner => (inner.Name, inner.SqlType))])
                : new SqlType(Types[LegacyType].Sql);
            return Mode is "REPEATED" ? SqlType.Array(one) : one;
        }
    }

    /// <summary>Reads a schema; refuses what the service refuses.</summary>
    public static IReadOnlyList<ColumnSchema> ReadAll(JsonNode? schema) =>
        ReadFields(schema?["fields"] as JsonArray, "");

    /// <summary>Columns of an answer or of a created table, by their GoogleSQL types.</summary>
    public static JsonObject SchemaOf(
        IEnumerable<(string Name, SqlType Type)> columns,
        IReadOnlyCollection<string>? required = null
    ) =>
        new()
        {
            ["fields"] = new JsonArray([
                .. columns.Select(
                    (column, index) =>
                        FieldOf(
                            // The service names a column without a name so.
                            column.Name
                                is ""
                            || column.Name.StartsWith('$')
                                ? $"f{index}_"
                                : column.Name,
                            column.Type,
                            required?.Contains(column.Name) is true
                        )
                ),
            ]),
        };

    private static JsonObject FieldOf(string name, SqlType type, bool required)
    {
        var one = type.Element ?? type;
        var field = new JsonObject
        {
            ["name"] = name,
            ["type"] = one.Fields is null ? Types[one.Name].Legacy : "RECORD",
            ["mode"] =
                type.Element is not null ? "REPEATED"
                : required ? "REQUIRED"
                : "NULLABLE",
        };
        if (one.Fields is { } fields)
        {
            field["fields"] = new JsonArray([.. fields.Select(inner => FieldOf(inner.Name, inner.Type, false))]);
        }

        return field;
    }

    private static List<ColumnSchema> ReadFields(JsonArray? fields, string path)
    {
        var columns = (fields ?? []).Select(field => Read(field!.AsObject(), path)).ToList();
        var twice = columns
            .GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? columns : throw ApiException.Invalid($"Duplicate field name: {path}{twice.Key}.");
    }

    private static ColumnSchema Read(JsonObject json, string path)
    {
        var name = json["name"]?.GetValue<string>() ?? throw ApiException.Invalid("Field name is required.");
        if (name.Length > LongestName || !IsName(name))
        {
            throw ApiException.Invalid($"Invalid field name \"{path}{name}\".");
        }

        if (json["type"]?.GetValue<string>() is not { } written || !Types.TryGetValue(written, out var type))
        {
            throw ApiException.Invalid($"Invalid value for type of field {path}{name}.");
        }

        var mode = json["mode"]?.GetValue<string>().ToUpperInvariant() ?? "NULLABLE";
        if (mode is not ("NULLABLE" or "REQUIRED" or "REPEATED"))
        {
            throw ApiException.Invalid($"Invalid value for mode of field {path}{name}: {mode}.");
        }

        var inner = ReadFields(json["fields"] as JsonArray, $"{path}{name}.");
        if (type.Legacy is "RECORD" != inner.Count > 0)
        {
            throw ApiException.Invalid($"Field {path}{name}: a RECORD has fields, and nothing else has.");
        }

        foreach (
            var unmodelled in (string[])["defaultValueExpression", "generatedColumn", "rangeElementType", "collation"]
        )
        {
            if (json.ContainsKey(unmodelled))
            {
                throw ApiException.NotModelled($"{unmodelled} of a column");
            }
        }

        var kept = json.DeepClone().AsObject();
        kept["type"] = type.Legacy;
        kept["mode"] = mode;
        if (inner.Count > 0)
        {
            kept["fields"] = new JsonArray([.. inner.Select(field => field.Json.DeepClone())]);
        }

        return new ColumnSchema(kept, type.Legacy, mode, inner);
    }

    // https://cloud.google.com/bigquery/docs/schemas#column_names, without its flexible names.
    private static bool IsName(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && !Reserved.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_');
}
