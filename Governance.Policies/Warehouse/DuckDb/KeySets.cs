namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Named sets of identifiers, beside the tables that they are joined with.</summary>
internal static class KeySets
{
    public static void Add(DuckDbSession session, string keySet, IReadOnlyCollection<LinkedIdentifier> keys)
    {
        foreach (var domain in keys.GroupBy(key => key.Domain, key => key.Surrogate, StringComparer.Ordinal))
        {
            session.Execute(
                $"""
                INSERT INTO {SystemTables.Keys}
                SELECT $1, $2, {Unnest(3)}
                EXCEPT SELECT * FROM {SystemTables.Keys}
                """,
                keySet,
                domain.Key,
                Join(domain)
            );
        }
    }

    public static IReadOnlyCollection<LinkedIdentifier> Read(DuckDbSession session, string keySet) =>
        session.Query(
            $"""SELECT "domain", surrogate FROM {SystemTables.Keys} WHERE key_set = $1 ORDER BY ALL""",
            reader => new LinkedIdentifier(reader.GetString(0), reader.GetGuid(1)),
            keySet
        );

    public static void Drop(DuckDbSession session, string keySet) =>
        session.Execute($"DELETE FROM {SystemTables.Keys} WHERE key_set = $1", keySet);

    /// <summary>Many surrogates as one parameter.</summary>
    public static string Join(IEnumerable<Guid> surrogates) => string.Join(',', surrogates);

    /// <summary>A parameter of <see cref="Join"/> as rows.</summary>
    public static string Unnest(int parameter) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"unnest(CAST(string_split(${parameter}, ',') AS UUID[]))"
        );
}
