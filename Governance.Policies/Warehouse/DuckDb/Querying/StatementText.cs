using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Policies.Warehouse.Querying;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>DuckDB's own parser, both ways: it reads no file and touches no table.</summary>
internal static class StatementText
{
    /// <summary>The longest statement, in characters.</summary>
    public const int Longest = 20_000;

    private static readonly JsonDocumentOptions s_depth = new() { MaxDepth = 600 };

    /// <summary>The tree of one SELECT.</summary>
    /// <exception cref="StatementRefusedException">It is none.</exception>
    public static JsonObject Parse(DuckDbSession session, string sql)
    {
        if (sql.Length > Longest || sql.Contains('\0', StringComparison.Ordinal))
        {
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                "statement_too_long",
                $"The statement has more than {Longest} characters, or a null character.",
                "Shorten it; send values as parameters.",
                at: null
            );
        }

        var answer = Read(
            session.Single(
                SqlText.Of($"SELECT json_serialize_sql(CAST({SqlValue.Of(sql)} AS VARCHAR))"),
                row => row.GetString(0)
            )
        );
        if (answer["error"] is not JsonValue failed || !failed.TryGetValue<bool>(out var isError) || isError)
        {
            throw Unreadable(answer);
        }

        if (answer["statements"] is not JsonArray statements || statements.Count == 0)
        {
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                "no_statement",
                "There is no statement.",
                "Send one SELECT.",
                at: null
            );
        }

        if (statements.Count > 1)
        {
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                "several_statements",
                "There is more than one statement.",
                "Send one SELECT at a time.",
                at: null
            );
        }

        return answer;
    }

    /// <summary>The text of a tree.</summary>
    public static string Write(DuckDbSession session, JsonObject tree) =>
        session.Single(
            SqlText.Of($"SELECT json_deserialize_sql(CAST({SqlValue.Of(tree.ToJsonString())} AS JSON))"),
            row => row.GetString(0)
        );

    public static JsonObject Root(JsonObject tree) => ((JsonObject)tree.Array("statements")[0]!).Object("node");

    /// <summary>SHA-256 of what is asked, whatever the values.</summary>
    public static string Shape(JsonObject tree) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(Tree.Bare(tree, literals: false)!.ToJsonString()))
        );

    private static JsonObject Read(string json)
    {
        try
        {
            return (JsonObject)JsonNode.Parse(json, documentOptions: s_depth)!;
        }
        catch (JsonException)
        {
            throw StatementCheck.TooLarge(at: null);
        }
    }

    private static StatementRefusedException Unreadable(JsonObject answer)
    {
        if (answer["error_type"]?.ToString() is "parser")
        {
            return new(
                QueryRefusalKind.Statement,
                "syntax",
                "The statement cannot be read as SQL from here on.",
                "Mend it; it is read as DuckDB reads SQL.",
                long.TryParse(answer["position"]?.ToString(), out var at) ? at : null
            );
        }

        return new(
            QueryRefusalKind.Statement,
            "not_a_select",
            "The statement is not a SELECT, or mixes kinds of parameters.",
            "Send one SELECT: nothing else is offered. Name parameters all by number, or all by name.",
            at: null
        );
    }
}
