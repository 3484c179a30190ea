using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Retention;

/// <summary>One pass over a dataset whose rows are kept for a time only: written before its statement runs, so that none runs twice.</summary>
internal sealed class RetentionRun
{
    /// <summary>The statement's id: dataset, day and round.</summary>
    public required string JobId { get; init; }

    public required string Dataset { get; init; }

    /// <summary>As the contract says it: <c>6y</c>.</summary>
    public required string Period { get; init; }

    /// <summary><c>delete</c> or <c>clear</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Rows whose event is older than this had to go.</summary>
    public DateTimeOffset Before { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary><c>running</c>, <c>erased_verified</c>, <c>nothing_found</c>, <c>failed_retryable</c>, <c>blocked_until</c> or <c>failed_terminal</c>.</summary>
    public required string Verdict { get; set; }

    /// <summary>Why it has not ended: a stable code.</summary>
    public string? Code { get; set; }

    public int Attempts { get; set; }

    /// <summary>It is left alone until then.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    public long? RowsBefore { get; set; }

    public long? Matched { get; set; }

    public long? RowsAfter { get; set; }

    /// <summary>Rows that a count afterwards still found.</summary>
    public long? MatchedAfter { get; set; }

    public bool? ControlUnchanged { get; set; }
}

internal sealed class RetentionRunConfiguration : IEntityTypeConfiguration<RetentionRun>
{
    public void Configure(EntityTypeBuilder<RetentionRun> builder)
    {
        builder.ToTable("retention_runs");
        builder.HasKey(run => run.JobId);
        builder.HasIndex(run => new { run.Dataset, run.Before });
        builder.HasIndex(run => run.EndedAt);
    }
}
