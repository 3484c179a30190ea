using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Named sets of identifiers, beside the tables that they are joined with.</summary>
internal static class KeySets
{
    private static readonly DuckDbDialect s_dialect = DuckDbDialect.Instance;

    public static void Add(DuckDbSession session, string keySet, IReadOnlyCollection<OwnedKey> keys)
    {
        foreach (var domain in keys.GroupBy(key => key.Identifier.Domain, StringComparer.Ordinal))
        {
            session.Execute(KeyStatements.Add(s_dialect, keySet, domain.Key, domain));
        }
    }

    public static IReadOnlyCollection<OwnedKey> Read(DuckDbSession session, string keySet) =>
        session.Query(
            KeyStatements.Read(s_dialect, keySet),
            reader => new OwnedKey(
                new LinkedIdentifier(reader.GetString(0), reader.GetGuid(1)),
                reader.IsDBNull(2) ? Guid.Empty : reader.GetGuid(2)
            )
        );

    public static IReadOnlySet<Guid> Find(
        DuckDbSession session,
        IReadOnlyCollection<string> prefixes,
        IReadOnlyCollection<Guid> surrogates
    ) => session.Query(KeyStatements.Find(s_dialect, prefixes, surrogates), reader => reader.GetGuid(0)).ToHashSet();

    public static void Remove(DuckDbSession session, string keySet, IReadOnlyCollection<Guid> owners) =>
        session.Execute(KeyStatements.Remove(s_dialect, keySet, owners));

    public static void Drop(DuckDbSession session, string keySet) =>
        session.Execute(KeyStatements.Drop(s_dialect, keySet));
}
