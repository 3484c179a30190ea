using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>A GoogleSQL type: a scalar by its name, an array of a type, or a struct of named types.</summary>
internal sealed record SqlType(
    string Name,
    SqlType? Element = null,
    IReadOnlyList<(string Name, SqlType Type)>? Fields = null
)
{
    public static SqlType Int64 { get; } = new("INT64");

    public static SqlType String { get; } = new("STRING");

    public static SqlType Timestamp { get; } = new("TIMESTAMP");

    public static SqlType Date { get; } = new("DATE");

    public static SqlType Array(SqlType element) => new("ARRAY", element);

    public static SqlType Struct(IReadOnlyList<(string Name, SqlType Type)> fields) => new("STRUCT", Fields: fields);

    /// <summary>As the scripts beside take it: a name, <c>{"array": type}</c> or <c>{"struct": [[name, type]]}</c>.</summary>
    public JsonNode ToJson() =>
        this switch
        {
            { Element: { } element } => new JsonObject { ["array"] = element.ToJson() },
            { Fields: { } fields } => new JsonObject
            {
                ["struct"] = new JsonArray([.. fields.Select(field => new JsonArray(field.Name, field.Type.ToJson()))]),
            },
            _ => JsonValue.Create(Name)!,
        };

    public static SqlType FromJson(JsonNode json) =>
        json switch
        {
            JsonObject type when type["array"] is { } element => Array(FromJson(element)),
            JsonObject type => Struct([.. Columns(type["struct"]!.AsArray())]),
            _ => new SqlType(json.GetValue<string>()),
        };

    /// <summary>Columns, each a pair of name and type.</summary>
    public static IEnumerable<(string Name, SqlType Type)> Columns(JsonArray columns) =>
        columns.Select(column => (column![0]!.GetValue<string>(), FromJson(column[1]!)));
}
