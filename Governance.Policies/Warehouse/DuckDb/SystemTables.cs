namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>The adapter's own tables, which live beside the datasets' tables and commit with them.</summary>
internal static class SystemTables
{
    /// <summary>No dataset's name starts with this.</summary>
    public const string Prefix = "_governance";

    public const string Positions = "_governance_positions";
    public const string Replays = "_governance_replays";
    public const string Keys = "_governance_keys";
    public const string Jobs = "_governance_jobs";

    /// <summary>The one part of an adapter's statements that makes the tables where they are missing.</summary>
    /// <remarks>
    /// Keys and replays carry no index: an index makes batch deletes forty times slower, and a key set is dropped as a whole.
    /// </remarks>
    public const string Create = $"""
        CREATE TABLE IF NOT EXISTS {Positions} (
            source VARCHAR NOT NULL, topic VARCHAR NOT NULL, "partition" INTEGER NOT NULL, next_offset BIGINT NOT NULL,
            PRIMARY KEY (source, topic, "partition"));
        CREATE TABLE IF NOT EXISTS {Replays} (
            source VARCHAR NOT NULL, topic VARCHAR NOT NULL, "partition" INTEGER NOT NULL, "offset" BIGINT NOT NULL);
        CREATE TABLE IF NOT EXISTS {Keys} (key_set VARCHAR NOT NULL, "domain" VARCHAR NOT NULL, surrogate UUID NOT NULL);
        CREATE TABLE IF NOT EXISTS {Jobs} (
            job_id VARCHAR PRIMARY KEY, key_set VARCHAR NOT NULL, dataset VARCHAR NOT NULL, action VARCHAR NOT NULL,
            rows_before BIGINT NOT NULL, matched BIGINT NOT NULL, affected BIGINT NOT NULL, rows_after BIGINT NOT NULL,
            control_before VARCHAR NOT NULL, control_after VARCHAR NOT NULL, finished_at TIMESTAMPTZ NOT NULL);
        """;
}
