using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>The condition that a row is one of those that a job changes.</summary>
internal static class JobMatch
{
    /// <summary>Builds it; <see langword="null"/> where no row can be one.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="job">The job.</param>
    /// <param name="shape">The table's columns, without the system's.</param>
    public static SqlText? Build(SqlDialect dialect, ErasureJob job, StructType shape)
    {
        var byKey = RowMatch.Build(dialect, job.Dataset.Name, shape, job.KeySet, job.Columns);
        if (job.OlderThan is not { } moment)
        {
            return byKey;
        }

        var old = SqlText.Of($"{RowMatch.Row}._event_time < {dialect.Instant(SqlValue.Of(moment))}");
        var expired = byKey is null ? old : SqlText.Of($"{old} AND NOT COALESCE({byKey}, FALSE)");
        if (job.Action is not ErasureAction.Clear)
        {
            return expired;
        }

        // A row that has been cleared is not one any more: the job can run every day.
        SqlText[] left =
        [
            .. ClearableColumns
                .Of(job.Dataset, shape, job.Columns)
                .Select(field =>
                    dialect.HoldsSomething(field.Type, SqlText.Of($"{RowMatch.Row}.{SqlName.Of(field.Name)}"))
                ),
        ];
        return left.Length == 0 ? null : SqlText.Of($"{expired} AND ({SqlText.Join(" OR ", left)})");
    }
}
