using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Restricting;

/// <summary>
/// A restriction of processing (GDPR Art. 18), or an objection to purposes (Art. 21), in force from when the person's keys stand in the
/// warehouse until it is lifted.
/// </summary>
internal sealed class ProcessingLimit
{
    /// <summary>Stands for every purpose.</summary>
    public const string AllPurposes = "*";

    public Guid RequestId { get; init; }

    /// <summary>The kind of person.</summary>
    public required string Subject { get; init; }

    /// <summary>The purposes that it stops; <see cref="AllPurposes"/> alone for a restriction.</summary>
    public List<string> Purposes { get; init; } = [];

    public DateTimeOffset Since { get; set; }

    public DateTimeOffset? LiftedAt { get; set; }

    public string? LiftedBy { get; set; }

    public string? LiftReason { get; set; }

    /// <summary>Issued views that were counted.</summary>
    public int Views { get; set; }

    /// <summary>Rows of the person that they showed before.</summary>
    public long ShownBefore { get; set; }

    /// <summary>Whether it is a restriction: nothing is done with the data but to store it.</summary>
    public bool IsOfEveryPurpose => Purposes.Contains(AllPurposes, StringComparer.Ordinal);

    /// <summary>The key set of one purpose. Views leave out all sets that begin so far as <see cref="PrefixOf"/> says.</summary>
    public string KeySetOf(string purpose) => $"{PrefixOf(purpose)}{RequestId:N}";

    /// <summary>How the names of a purpose's key sets begin.</summary>
    public static string PrefixOf(string purpose) => $"limited.{purpose}.";
}

internal sealed class ProcessingLimitConfiguration : IEntityTypeConfiguration<ProcessingLimit>
{
    public void Configure(EntityTypeBuilder<ProcessingLimit> builder)
    {
        builder.ToTable("processing_limits");
        builder.HasKey(limit => limit.RequestId);
        builder.Property(limit => limit.RequestId).ValueGeneratedNever();
        builder.Ignore(limit => limit.IsOfEveryPurpose);
        builder.HasIndex(limit => limit.LiftedAt);
    }
}
