using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Named sets of identifiers, in one table beside the tables that they are joined with.</summary>
internal static class KeyStatements
{
    private static readonly SqlName s_key = SqlName.Of("k");
    private static readonly SqlName s_domain = SqlName.Of("domain");

    /// <summary>Adds keys of one domain; those that stand there already are left out.</summary>
    public static SqlText Add(SqlDialect dialect, string keySet, string domain, IEnumerable<Guid> surrogates)
    {
        var (set, named) = (SqlValue.Of(keySet), SqlValue.Of(domain));
        return SqlText.Of(
            $"""
            INSERT INTO {Table(dialect)} (key_set, {s_domain}, surrogate)
            SELECT DISTINCT {set}, {named}, {s_key} FROM {dialect.Rows(SqlValue.Of(surrogates), s_key)}
            WHERE {s_key} NOT IN ({Surrogates(dialect, set, named)})
            """
        );
    }

    /// <summary>The keys of a set: domain, surrogate.</summary>
    public static SqlText Read(SqlDialect dialect, string keySet) =>
        SqlText.Of(
            $"""
            SELECT k.{s_domain}, k.surrogate FROM {Table(dialect)} AS k WHERE k.key_set = {SqlValue.Of(keySet)}
            ORDER BY k.{s_domain}, k.surrogate
            """
        );

    /// <summary>Removes a set.</summary>
    public static SqlText Drop(SqlDialect dialect, string keySet) =>
        SqlText.Of($"DELETE FROM {Table(dialect)} AS k WHERE k.key_set = {SqlValue.Of(keySet)}");

    /// <summary>The surrogates of a set in one domain, as a subquery.</summary>
    public static SqlText Surrogates(SqlDialect dialect, SqlValue keySet, SqlValue domain) =>
        SqlText.Of(
            $"SELECT k.surrogate FROM {Table(dialect)} AS k WHERE k.key_set = {keySet} AND k.{s_domain} = {domain}"
        );

    /// <summary>The surrogates of one domain in all sets whose names begin so, as a subquery for stored definitions: it has no parameter.</summary>
    public static SqlText SurrogatesOf(SqlDialect dialect, IEnumerable<string> prefixes, string domain)
    {
        var name = SqlText.Of($"k.key_set");
        var sets = prefixes.Select(prefix => dialect.Matches(name, TextPlace.Start, dialect.Literal(prefix)));
        return SqlText.Of(
            $"SELECT k.surrogate FROM {Table(dialect)} AS k WHERE ({SqlText.Join(" OR ", sets)}) AND k.{s_domain} = {dialect.Literal(domain)}"
        );
    }

    private static SqlName Table(SqlDialect dialect) => dialect.Table(SystemTables.Keys);
}
