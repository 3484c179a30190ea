using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Suppression;

/// <summary>A keyed hash of an erased identifier: the least that can tell that a late event is about that person.</summary>
internal sealed class SuppressedIdentifier
{
    /// <summary>
    /// Grows with each addition, and becomes visible in its order, since writes run one after the other: what came since can be asked for.
    /// Zero for those that were there before positions were.
    /// </summary>
    public long Position { get; set; }

    /// <summary>The identifier domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The blind index, lower-case hex.</summary>
    public required string Index { get; init; }

    /// <summary>The newest subject request that it comes from.</summary>
    public required string RequestId { get; set; }

    /// <summary>When it came, for the last time: who began anew may be erased again.</summary>
    public required DateTimeOffset SuppressedAt { get; set; }

    /// <summary>When its person began anew, where a contract allows it; <see langword="null"/> where they did not, or were erased again.</summary>
    public DateTimeOffset? RenewedAt { get; set; }
}

internal sealed class SuppressedIdentifierConfiguration : IEntityTypeConfiguration<SuppressedIdentifier>
{
    public void Configure(EntityTypeBuilder<SuppressedIdentifier> builder)
    {
        builder.ToTable("suppressions");
        builder.HasKey(suppressed => new { suppressed.Domain, suppressed.Index });
        builder.HasIndex(suppressed => suppressed.RequestId);
        builder.HasIndex(suppressed => suppressed.Position);
    }
}
