using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>What is to be run.</summary>
/// <param name="Sql">GoogleSQL.</param>
/// <param name="Parameters">Named parameters.</param>
/// <param name="DefaultDataset">Where a table without a dataset is; null where every table must say so.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Strict">
/// Whether names are resolved strictly: every column says whose it is, so that a column that a table gets later changes the meaning of
/// nothing. The service's own statements are held to it; BigQuery is not that strict.
/// </param>
internal sealed record StatementText(
    string Sql,
    IReadOnlyList<SqlParameter> Parameters,
    string? DefaultDataset,
    string Caller,
    bool Strict = false
);

/// <summary>A statement that was analysed, and that its caller may run.</summary>
/// <param name="Text">What was asked.</param>
/// <param name="Analysis">What the analyzer says of it.</param>
/// <param name="Names">The table that each path in it means.</param>
/// <param name="Direct">Tables and views that it names.</param>
/// <param name="Referenced">Tables and views that it reads or changes, those that views read too.</param>
/// <param name="Target">The table that it changes.</param>
/// <param name="Bytes">What it scans, from the columns that it reads.</param>
internal sealed record Statement(
    StatementText Text,
    SqlAnalysis Analysis,
    IReadOnlyList<(IReadOnlyList<string> Path, string Name)> Names,
    IReadOnlyList<TableState> Direct,
    IReadOnlyList<TableState> Referenced,
    TableState? Target,
    long Bytes
)
{
    private const long Mebibyte = 1 << 20;
    private const long LeastBilled = 10 * Mebibyte;

    /// <summary>https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatistics2.FIELDS.statement_type</summary>
    public string Type =>
        Analysis.Kind switch
        {
            "resolved_query_stmt_node" => "SELECT",
            "resolved_insert_stmt_node" => "INSERT",
            "resolved_update_stmt_node" => "UPDATE",
            "resolved_delete_stmt_node" => "DELETE",
            "resolved_merge_stmt_node" => "MERGE",
            "resolved_truncate_stmt_node" => "TRUNCATE_TABLE",
            "resolved_create_table_stmt_node" => "CREATE_TABLE",
            "resolved_create_table_as_select_stmt_node" => "CREATE_TABLE_AS_SELECT",
            "resolved_create_view_stmt_node" => "CREATE_VIEW",
            "resolved_drop_stmt_node" => $"DROP_{Analysis.ObjectType?.ToUpperInvariant()}",
            "resolved_create_row_access_policy_stmt_node" => "CREATE_ROW_ACCESS_POLICY",
            "resolved_drop_row_access_policy_stmt_node" => Analysis.DropAll
                ? "DROP_ALL_ROW_ACCESS_POLICIES"
                : "DROP_ROW_ACCESS_POLICY",
            _ => throw Rest.ApiException.NotModelled($"statements of the kind {Analysis.Kind}"),
        };

    /// <summary>One of those of which few run at once on a table.</summary>
    public bool IsMutating => Type is "UPDATE" or "DELETE" or "MERGE";

    public bool IsDml => IsMutating || Type is "INSERT" or "TRUNCATE_TABLE";

    /// <summary>At least 10 MB for each table, by whole MB. https://cloud.google.com/bigquery/pricing#on_demand_pricing</summary>
    public long BytesBilled =>
        Referenced.Any(table => table.ViewQuery is null) && Type is not "TRUNCATE_TABLE" && Analysis.Scans.Count > 0
            ? Math.Max(LeastBilled, (Bytes + Mebibyte - 1) / Mebibyte * Mebibyte)
            : 0;
}
