using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>A table as the analyzer sees it.</summary>
/// <param name="Name">Project, dataset and table, with dots.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows; none where the statement is only analysed.</param>
internal sealed record SqlTable(
    string Name,
    IReadOnlyList<(string Name, SqlType Type)> Columns,
    IReadOnlyList<object?[]>? Rows = null
)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["columns"] = new JsonArray([
                .. Columns.Select(column => new JsonArray(column.Name, column.Type.ToJson())),
            ]),
        };
        if (Rows is not null)
        {
            json["rows"] = new JsonArray([.. Rows.Select(Cell.ToJson)]);
        }

        return json;
    }
}

/// <summary>A query parameter, by name.</summary>
internal sealed record SqlParameter(string Name, SqlType Type, object? Value)
{
    public JsonArray ToJson() => new(Name, Type.ToJson(), Cell.ToJson(Value));
}

/// <summary>A statement with all that it needs.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Names">Which table each path that it writes means.</param>
/// <param name="Tables">These tables.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Calls">Functions that are replaced by a parameter, such as <c>SESSION_USER</c>.</param>
/// <param name="Strict">Whether every column must say whose it is.</param>
internal sealed record SqlRequest(
    string Sql,
    IReadOnlyList<(IReadOnlyList<string> Path, string Name)> Names,
    IReadOnlyList<SqlTable> Tables,
    IReadOnlyList<SqlParameter> Parameters,
    IReadOnlyDictionary<string, string> Calls,
    bool Strict = false
)
{
    public JsonObject ToJson() =>
        new()
        {
            ["sql"] = Sql,
            ["strict"] = Strict,
            ["names"] = new JsonArray([
                .. Names.Select(name => new JsonArray(
                    new JsonArray([.. name.Path.Select(part => JsonValue.Create(part))]),
                    JsonValue.Create(name.Name)
                )),
            ]),
            ["tables"] = new JsonArray([.. Tables.Select(table => table.ToJson())]),
            ["parameters"] = new JsonArray([.. Parameters.Select(parameter => parameter.ToJson())]),
            ["calls"] = new JsonObject(
                Calls.Select(call => KeyValuePair.Create<string, JsonNode?>(call.Key, JsonValue.Create(call.Value)))
            ),
        };
}

/// <summary>Rows with their columns.</summary>
internal sealed record SqlRows(IReadOnlyList<(string Name, SqlType Type)> Columns, IReadOnlyList<object?[]> Rows);

/// <summary>One change of a table by a statement.</summary>
/// <param name="Operation">INSERT, UPDATE or DELETE.</param>
/// <param name="Row">The row's place in its table; -1 for a new one.</param>
/// <param name="Columns">Which columns are written.</param>
/// <param name="Values">Their values.</param>
internal sealed record SqlChange(
    string Operation,
    int Row,
    IReadOnlyList<string> Columns,
    IReadOnlyList<object?> Values
);
