using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>
/// Named sets of identifiers, in one table beside the tables that they are joined with. Each key says whose it is, so that what is done for
/// many people at once can be counted for each.
/// </summary>
internal static class KeyStatements
{
    private static readonly SqlName s_key = SqlName.Of("k");
    private static readonly SqlName s_domain = SqlName.Of("domain");

    /// <summary>Adds keys of one domain; those that stand there already are left out.</summary>
    public static SqlText Add(SqlDialect dialect, string keySet, string domain, IEnumerable<OwnedKey> keys)
    {
        var (set, named) = (SqlValue.Of(keySet), SqlValue.Of(domain));
        // Key and owner in one text, because a parameter is a list of one type.
        var pairs = SqlValue.Of(keys.Select(key => $"{key.Identifier.Surrogate:D}{key.Owner:D}"));
        return SqlText.Of(
            $"""
            INSERT INTO {Table(dialect)} (key_set, {s_domain}, surrogate, owner)
            SELECT DISTINCT {set}, {named}, {dialect.ToUuid(SqlText.Of($"SUBSTR({s_key}, 1, 36)"))},
                {dialect.ToUuid(SqlText.Of($"SUBSTR({s_key}, 37)"))}
            FROM {dialect.Rows(pairs, s_key)}
            WHERE {s_key} NOT IN (
                SELECT {dialect.ToText(SqlText.Of($"k.surrogate"))} || {dialect.ToText(SqlText.Of($"k.owner"))}
                FROM {Table(dialect)} AS k
                WHERE k.key_set = {set} AND k.{s_domain} = {named} AND k.owner IS NOT NULL)
            """
        );
    }

    /// <summary>The keys of a set: domain, surrogate, owner.</summary>
    public static SqlText Read(SqlDialect dialect, string keySet) =>
        SqlText.Of(
            $"""
            SELECT k.{s_domain}, k.surrogate, k.owner FROM {Table(dialect)} AS k WHERE k.key_set = {SqlValue.Of(keySet)}
            ORDER BY k.{s_domain}, k.surrogate, k.owner
            """
        );

    /// <summary>Of some surrogates, those that stand in sets whose names begin so.</summary>
    public static SqlText Find(SqlDialect dialect, IEnumerable<string> prefixes, IEnumerable<Guid> surrogates) =>
        SqlText.Of(
            $"""
            SELECT DISTINCT k.surrogate FROM {Table(dialect)} AS k WHERE {InSets(dialect, prefixes)}
            AND k.surrogate IN (SELECT {s_key} FROM {dialect.Rows(SqlValue.Of(surrogates), s_key)})
            """
        );

    /// <summary>Removes a set.</summary>
    public static SqlText Drop(SqlDialect dialect, string keySet) =>
        SqlText.Of($"DELETE FROM {Table(dialect)} AS k WHERE k.key_set = {SqlValue.Of(keySet)}");

    /// <summary>Removes some owners' keys from a set.</summary>
    public static SqlText Remove(SqlDialect dialect, string keySet, IEnumerable<Guid> owners) =>
        SqlText.Of(
            $"""
            DELETE FROM {Table(dialect)} AS k WHERE k.key_set = {SqlValue.Of(keySet)}
            AND k.owner IN (SELECT {s_key} FROM {dialect.Rows(SqlValue.Of(owners), s_key)})
            """
        );

    /// <summary>A set's keys in one domain, with their owners, joined to a value.</summary>
    /// <returns>What to add to FROM (as <c>k</c>), and to WHERE.</returns>
    public static (SqlText From, SqlText Where) Join(
        SqlDialect dialect,
        SqlValue keySet,
        SqlValue domain,
        SqlText value
    ) =>
        (
            SqlText.Of($"{Table(dialect)} AS k"),
            SqlText.Of($"k.key_set = {keySet} AND k.{s_domain} = {domain} AND k.surrogate = {value}")
        );

    /// <summary>The surrogates of a set in one domain, as a subquery.</summary>
    public static SqlText Surrogates(SqlDialect dialect, SqlValue keySet, SqlValue domain) =>
        SqlText.Of(
            $"SELECT k.surrogate FROM {Table(dialect)} AS k WHERE k.key_set = {keySet} AND k.{s_domain} = {domain}"
        );

    /// <summary>The surrogates of one domain in all sets whose names begin so, as a subquery for stored definitions: it has no parameter.</summary>
    public static SqlText SurrogatesOf(SqlDialect dialect, IEnumerable<string> prefixes, string domain) =>
        SqlText.Of(
            $"SELECT k.surrogate FROM {Table(dialect)} AS k WHERE {InSets(dialect, prefixes)} AND k.{s_domain} = {dialect.Literal(domain)}"
        );

    private static SqlText InSets(SqlDialect dialect, IEnumerable<string> prefixes)
    {
        var name = SqlText.Of($"k.key_set");
        var sets = prefixes.Select(prefix => dialect.Matches(name, TextPlace.Start, dialect.Literal(prefix)));
        return SqlText.Of($"({SqlText.Join(" OR ", sets)})");
    }

    private static SqlName Table(SqlDialect dialect) => dialect.Table(SystemTables.Keys);
}
