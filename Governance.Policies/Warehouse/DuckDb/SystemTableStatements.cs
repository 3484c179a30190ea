using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Makes the adapter's own tables, which commit with the datasets' tables.</summary>
internal static class SystemTableStatements
{
    public static readonly SqlName Positions = SqlName.Of(SystemTables.Positions);
    public static readonly SqlName Replays = SqlName.Of(SystemTables.Replays);
    public static readonly SqlName Keys = SqlName.Of(SystemTables.Keys);
    public static readonly SqlName Jobs = SqlName.Of(SystemTables.Jobs);
    public static readonly SqlName Rewrites = SqlName.Of(SystemTables.Rewrites);
    public static readonly SqlName RowRules = SqlName.Of(SystemTables.RowRules);

    /// <summary>The one part of an adapter's statements that makes the tables where they are missing.</summary>
    /// <remarks>
    /// Keys and replays carry no index: an index makes batch deletes forty times slower, and a key set is dropped as a whole.
    /// </remarks>
    public static readonly SqlText Create = SqlText.Of(
        $"""
        CREATE TABLE IF NOT EXISTS {Positions} (
            source VARCHAR NOT NULL, topic VARCHAR NOT NULL, "partition" INTEGER NOT NULL, next_offset BIGINT NOT NULL,
            PRIMARY KEY (source, topic, "partition"));
        CREATE TABLE IF NOT EXISTS {Replays} (
            source VARCHAR NOT NULL, topic VARCHAR NOT NULL, "partition" INTEGER NOT NULL, "offset" BIGINT NOT NULL);
        CREATE TABLE IF NOT EXISTS {Keys} (
            key_set VARCHAR NOT NULL, "domain" VARCHAR NOT NULL, surrogate UUID NOT NULL, owner UUID);
        ALTER TABLE {Keys} ADD COLUMN IF NOT EXISTS owner UUID;
        CREATE TABLE IF NOT EXISTS {Jobs} (
            job_id VARCHAR PRIMARY KEY, key_set VARCHAR NOT NULL, dataset VARCHAR NOT NULL, action VARCHAR NOT NULL,
            rows_before BIGINT NOT NULL, matched BIGINT NOT NULL, affected BIGINT NOT NULL, rows_after BIGINT NOT NULL,
            control_before VARCHAR NOT NULL, control_after VARCHAR NOT NULL, finished_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE IF NOT EXISTS {Rewrites} (rewritten_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE IF NOT EXISTS {RowRules} (
            dataset VARCHAR NOT NULL, name VARCHAR NOT NULL, members VARCHAR NOT NULL, condition VARCHAR NOT NULL,
            PRIMARY KEY (dataset, name));
        """
    );
}
