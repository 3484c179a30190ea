using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Restore;

/// <summary>
/// A surrogate whose rows were erased, kept until no backup can hold them any more: it is random, and meaningless since its vault row is
/// destroyed; but in a backup that is restored, by it what came back is found.
/// </summary>
internal sealed class ErasedIdentifier
{
    public Guid RequestId { get; init; }

    public required string Domain { get; init; }

    public Guid Surrogate { get; init; }

    /// <summary>Whether the person's rows were theirs by it; else it was shared, and its vault row alone was destroyed.</summary>
    public bool IsOwned { get; init; }

    public DateTimeOffset ErasedAt { get; init; }
}

internal sealed class ErasedIdentifierConfiguration : IEntityTypeConfiguration<ErasedIdentifier>
{
    public void Configure(EntityTypeBuilder<ErasedIdentifier> builder)
    {
        builder.ToTable("erased_identifiers");
        builder.HasKey(one => new { one.RequestId, one.Surrogate });
        builder.HasIndex(one => one.ErasedAt);
    }
}
