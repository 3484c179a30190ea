using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Which deletions the file still holds bytes of.</summary>
internal static class Purges
{
    /// <summary>When the file was written anew last.</summary>
    public static DateTimeOffset? LastAt(DuckDbSession session) =>
        Instant(session, SqlText.Of($"SELECT epoch_us(max(rewritten_at)) FROM {SystemTableStatements.Rewrites}"));

    /// <summary>The oldest erasure since; <see langword="null"/> where there is none.</summary>
    public static DateTimeOffset? OldestAt(DuckDbSession session) =>
        Instant(
            session,
            SqlText.Of(
                $"""
                SELECT epoch_us(min(finished_at)) FROM {SystemTableStatements.Jobs}
                WHERE affected > 0
                AND finished_at > coalesce((SELECT max(rewritten_at) FROM {SystemTableStatements.Rewrites}), '-infinity'::TIMESTAMPTZ)
                """
            )
        );

    private static DateTimeOffset? Instant(DuckDbSession session, SqlText sql) =>
        session.Single(
            sql,
            reader =>
                reader.IsDBNull(0)
                    ? (DateTimeOffset?)null
                    : DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(0) * TimeSpan.TicksPerMicrosecond)
        );
}
