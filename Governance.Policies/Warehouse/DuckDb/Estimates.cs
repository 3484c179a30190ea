using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>What a job would cost. DuckDB bills nothing and says no bytes; planning the condition shows that it can run.</summary>
internal static class Estimates
{
    public static CostEstimate Read(DuckDbSession session, ErasureJob job)
    {
        if (TableColumns.Read(session, job.Dataset.Name) is not { } shape)
        {
            return new(null, 0);
        }

        var table = SqlName.Of(job.Dataset.Name);
        if (JobMatch.Build(DuckDbDialect.Instance, job, shape) is { } match)
        {
            _ = session.Query(
                SqlText.Of($"EXPLAIN SELECT count(*) FROM {table} AS {RowMatch.Row} WHERE {match}"),
                _ => true
            );
        }

        return new(null, session.Single(SqlText.Of($"SELECT count(*) FROM {table}"), reader => reader.GetInt64(0)));
    }
}
