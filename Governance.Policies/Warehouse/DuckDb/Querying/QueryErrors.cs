using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Turns DuckDB's errors about a query into refusals. Its messages quote values of rows and propose names of other tables, so nothing of
/// them is passed on; a column is only looked up in them to say where it was written.
/// </summary>
internal static partial class QueryErrors
{
    public static QueryRefusal Of(
        DuckDBException error,
        string sql,
        IReadOnlyList<(string Name, JsonObject Node)> columns
    )
    {
        var message = error.Message;
        if (message.Contains(BoundedText.Error, StringComparison.Ordinal))
        {
            return new(
                QueryRefusalKind.Limit,
                "text_too_long",
                $"The query makes a text of more than {BoundedText.Longest} bytes.",
                "Make shorter ones: take a part first, by left() or substr()."
            );
        }

        if (
            error.ErrorType is DuckDBErrorType.OutOfMemory
            || message.Contains("Out of Memory", StringComparison.Ordinal)
        )
        {
            return Memory;
        }

        var named = NamePattern.Match(message) is { Success: true } match ? match.Groups["name"].Value : null;
        var place = named is null
            ? null
            : columns
                .Where(column => string.Equals(column.Name, named, StringComparison.OrdinalIgnoreCase))
                .Select(column => Tree.Place(column.Node))
                .FirstOrDefault(at => at is not null);
        var (line, character) = StatementPlace.Of(sql, place);

        QueryRefusal Statement(string code, string what, string next) =>
            new(QueryRefusalKind.Statement, code, what, next, line, character);

        if (message.Contains("not found in FROM clause", StringComparison.Ordinal) || UnknownPattern.IsMatch(message))
        {
            return Statement(
                "column_unknown",
                "The statement names a column or a table alias that is not there.",
                "GET /grants names the columns that you were granted; a table is called by its alias where it has one."
            );
        }

        if (message.Contains("Ambiguous reference", StringComparison.Ordinal))
        {
            return Statement(
                "column_ambiguous",
                "The column stands in more than one table.",
                "Write its table before it: p.amount."
            );
        }

        if (message.Contains("must appear in the GROUP BY", StringComparison.Ordinal))
        {
            return Statement(
                "column_not_grouped",
                "The column is neither grouped by nor inside of an aggregate.",
                "Add it to GROUP BY, or put it into an aggregate."
            );
        }

        if (
            message.StartsWith("Binder Error", StringComparison.Ordinal)
            || message.StartsWith("Catalog Error", StringComparison.Ordinal)
        )
        {
            return Statement(
                "statement_unfit",
                "The statement's parts do not fit together: a type, a number of arguments, or a place where something may not stand.",
                "Cast values to the type that is wanted; aggregates stand in SELECT and HAVING, windows in SELECT and QUALIFY."
            );
        }

        if (DuckDbErrors.IsAboutRows(error) || message.StartsWith("Conversion Error", StringComparison.Ordinal))
        {
            return new(
                QueryRefusalKind.Statement,
                "value_refused",
                "A value could not be converted or computed.",
                "Use TRY_CAST, or leave such rows out first. Parameters and literals must fit what they are compared with."
            );
        }

        return
            error.ErrorType
                is DuckDBErrorType.Io
                    or DuckDBErrorType.Connection
                    or DuckDBErrorType.Fatal
                    or DuckDBErrorType.Internal
            ? new(
                QueryRefusalKind.Away,
                "warehouse_failed",
                "The warehouse could not answer.",
                "Try again in a while; /health/ready says how the warehouse is."
            )
            : new(
                QueryRefusalKind.Statement,
                "statement_refused",
                "The warehouse refuses the statement.",
                "Simplify it, and add its parts one at a time."
            );
    }

    public static QueryRefusal Memory { get; } =
        new(
            QueryRefusalKind.Limit,
            "memory_limit",
            "The query needs more working memory than it may take.",
            "Filter before joining, sorting and grouping; ask for fewer columns."
        );

    public static QueryRefusal Time { get; } =
        new(
            QueryRefusalKind.Limit,
            "time_limit",
            "The query took longer than it may, or its answer was not read in time.",
            "Filter more, join fewer rows, or read the answer faster."
        );

    public static QueryRefusal Ended { get; } =
        new(
            QueryRefusalKind.NotGranted,
            "grant_ended",
            "A grant that the query reads by ended while it ran.",
            "Ask for a renewal, then ask again."
        );

    public static QueryRefusal Rows { get; } =
        new(
            QueryRefusalKind.Limit,
            "too_many_rows",
            "The answer has more rows than it may.",
            "Group, filter, or take a part by LIMIT and a condition on a key."
        );

    public static QueryRefusal Bytes { get; } =
        new(
            QueryRefusalKind.Limit,
            "too_many_bytes",
            "The answer is larger than it may be.",
            "Ask for fewer columns or rows."
        );

    public static QueryRefusal Busy { get; } =
        new(
            QueryRefusalKind.Busy,
            "queries_running",
            "As many queries run as may at once.",
            "Wait until one has ended, then ask again."
        );

    [GeneratedRegex(
        "(Referenced (column|table)|Ambiguous reference to column name|column) \"(?<name>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex(
        "^Binder Error: (Table \"[^\"]*\" does not have a column|Referenced table)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex UnknownPattern { get; }
}
