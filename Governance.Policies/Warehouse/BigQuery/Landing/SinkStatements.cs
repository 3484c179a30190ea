using System.Security.Cryptography;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>Statements that the sink needs beside its write streams. Any of them may run twice, so each run has an id of its own.</summary>
internal sealed class SinkStatements(JobRunner jobs, DatasetReference home)
{
    private static readonly JobPurpose s_purpose = new("landing");

    /// <summary>A table as a statement names it.</summary>
    public string Name(string table) => $"`{home}.{table}`";

    /// <summary>The rows of a query.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<IReadOnlyList<QueryRow>> QueryAsync(
        string text,
        IReadOnlyList<BigQueryParameter> parameters,
        CancellationToken cancellationToken
    ) => (await jobs.QueryAsync(Request(text, parameters), cancellationToken)).Value;

    /// <summary>Changes rows of a table.</summary>
    /// <returns>Why it did not; <see langword="null"/> where it did.</returns>
    public async Task<Refusal?> ChangeAsync(
        string table,
        string text,
        IReadOnlyList<BigQueryParameter> parameters,
        CancellationToken cancellationToken
    ) =>
        (
            await jobs.RunAsync(Request(text, parameters) with { Mutates = home.Table(table) }, cancellationToken)
        ).Refusal;

    private static JobRequest Request(string text, IReadOnlyList<BigQueryParameter> parameters)
    {
        var id = $"governance-landing-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        // BigQuery answers the same text out of a cache where it believes that nothing changed; a take-over must not depend on that.
        return new JobRequest(id, new BigQueryStatement($"{text}\n-- {id}", parameters), s_purpose);
    }
}
