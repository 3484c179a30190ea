using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>A request's archive: where it is, and until when. What is in it stands nowhere else.</summary>
internal sealed class RequestExport
{
    public Guid RequestId { get; init; }

    public required string FileName { get; set; }

    public long Bytes { get; set; }

    /// <summary>Of the encrypted file; lower-case hex.</summary>
    public required string Sha256 { get; set; }

    /// <summary>What it was encrypted to: <c>passphrase</c> or <c>public_key</c>.</summary>
    public required string EncryptedTo { get; set; }

    public long Rows { get; set; }

    public DateTimeOffset WrittenAt { get; set; }

    /// <summary>From then on it is not given out, and destroyed; <see langword="null"/> while the request has not ended.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? DestroyedAt { get; set; }

    public int Downloads { get; set; }

    /// <summary>Whether it is given out.</summary>
    public bool IsAvailable(DateTimeOffset now) => DestroyedAt is null && ExpiresAt > now;
}

internal sealed class RequestExportConfiguration : IEntityTypeConfiguration<RequestExport>
{
    public void Configure(EntityTypeBuilder<RequestExport> builder)
    {
        builder.ToTable("subject_request_exports");
        builder.HasKey(export => export.RequestId);
        builder.Property(export => export.RequestId).ValueGeneratedNever();
        builder.HasIndex(export => export.ExpiresAt);
    }
}
