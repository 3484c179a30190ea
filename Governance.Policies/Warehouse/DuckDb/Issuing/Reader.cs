using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Issuing;

/// <summary>Who reads: a variable of the connection. Unset, it is nobody.</summary>
internal static class Reader
{
    /// <summary>Says who reads on this connection.</summary>
    public static SqlText Set(IEnumerable<string> members) =>
        SqlText.Of($"SET VARIABLE governance_members = {List(members)}");

    /// <summary>Whether the reader is one of some members; null where nobody reads.</summary>
    public static SqlText IsAmong(IEnumerable<string> members) => IsAmong(List(members));

    /// <summary>Whether the reader is one of a list; null where nobody reads.</summary>
    public static SqlText IsAmong(SqlText members) =>
        SqlText.Of($"list_has_any(getvariable('governance_members'), {members})");

    private static SqlText List(IEnumerable<string> members) =>
        SqlText.Of($"CAST([{SqlText.Join(", ", members.Select(DuckDbDialect.Instance.Literal))}] AS VARCHAR[])");
}
