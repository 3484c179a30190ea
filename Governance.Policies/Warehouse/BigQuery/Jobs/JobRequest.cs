using System.Collections.ObjectModel;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>For what a job runs: its labels.</summary>
/// <param name="Feature">What of the service asks, such as <c>erasure</c>.</param>
/// <param name="RequestId">The request that it serves; <see langword="null"/> where there is none. Never a person's identifier.</param>
internal sealed record JobPurpose(string Feature, string? RequestId = null)
{
    /// <summary>Further labels, which stay with the job that runs; those of a later call for the same job do not count.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>A statement to be run once.</summary>
/// <param name="Id">
/// Chosen and persisted before it runs; the same for the same statement for ever. Any text without a person's identifier: see
/// <see cref="JobIds.From"/>. The answer of a query is kept for a day: ask again under another id.
/// </param>
/// <param name="Statement">What is run.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Mutates">The table whose rows it changes; <see langword="null"/> for a query or a definition.</param>
internal sealed record JobRequest(
    string Id,
    BigQueryStatement Statement,
    JobPurpose Purpose,
    TableReference? Mutates = null
);

/// <summary>A job that was done.</summary>
/// <param name="Reference">The job, of the attempt that went well.</param>
/// <param name="StatementType">Such as <c>SELECT</c> or <c>DELETE</c>.</param>
/// <param name="BytesProcessed">What it read.</param>
/// <param name="BytesBilled">What it cost.</param>
/// <param name="Changes">Of a statement that changes rows, how many; else <see langword="null"/>.</param>
/// <param name="ReferencedTables">Tables and views that it read or changed.</param>
/// <param name="DdlOperation">Of a definition: <c>CREATE</c>, <c>REPLACE</c>, <c>DROP</c> or <c>SKIP</c>; else <see langword="null"/>.</param>
/// <param name="DdlTargetPolicy">The row access policy that it was about.</param>
/// <param name="Ended">When it was done.</param>
/// <param name="Labels">The job's labels, as they were when it was started.</param>
internal sealed record JobOutcome(
    JobReference Reference,
    string StatementType,
    long BytesProcessed,
    long BytesBilled,
    RowChanges? Changes,
    IReadOnlyList<TableReference> ReferencedTables,
    string? DdlOperation,
    RowAccessPolicyReference? DdlTargetPolicy,
    DateTimeOffset? Ended,
    IReadOnlyDictionary<string, string> Labels
);

/// <summary>Rows that a statement changed.</summary>
internal sealed record RowChanges(long Inserted, long Updated, long Deleted)
{
    public long All => Inserted + Updated + Deleted;
}

/// <summary>What a statement would do.</summary>
/// <param name="Bytes">What it would read, at most.</param>
/// <param name="StatementType">Such as <c>SELECT</c>.</param>
/// <param name="ReferencedTables">Tables and views.</param>
/// <param name="Columns">The columns of its answer; empty for a statement that has none.</param>
/// <param name="Account">The account that BigQuery takes the service for, as IAM writes it; <see langword="null"/> where it was not said.</param>
internal sealed record JobEstimate(
    long Bytes,
    string StatementType,
    IReadOnlyList<TableReference> ReferencedTables,
    IReadOnlyList<TableField> Columns,
    string? Account
);
