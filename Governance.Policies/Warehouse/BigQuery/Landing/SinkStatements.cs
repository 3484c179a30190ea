using System.Security.Cryptography;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.Statements;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>Statements that the sink needs beside its write streams. Any of them may run twice, so each run has an id of its own.</summary>
internal sealed class SinkStatements(JobRunner jobs, DatasetReference home)
{
    private static readonly JobPurpose s_purpose = new("landing");
    private readonly BigQueryDialect _dialect = new(home.ProjectId, home.DatasetId);

    /// <summary>A table as a statement names it.</summary>
    public SqlName Table(string name) => _dialect.Table(name);

    /// <summary>The rows of a query.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<IReadOnlyList<QueryRow>> QueryAsync(SqlText text, CancellationToken cancellationToken) =>
        (await jobs.QueryAsync(Request(text), cancellationToken)).Value;

    /// <summary>Changes rows of a table.</summary>
    /// <returns>Why it did not; <see langword="null"/> where it did.</returns>
    public async Task<Refusal?> ChangeAsync(string table, SqlText text, CancellationToken cancellationToken) =>
        (await jobs.RunAsync(Request(text) with { Mutates = home.Table(table) }, cancellationToken)).Refusal;

    private JobRequest Request(SqlText text)
    {
        var id = $"governance-landing-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        // BigQuery answers the same text out of a cache where it believes that nothing changed; a take-over must not depend on that.
        var statement = BigQueryStatements.Of(_dialect, text);
        return new JobRequest(id, statement with { Text = $"{statement.Text}\n-- {id}" }, s_purpose);
    }
}
