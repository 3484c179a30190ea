using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Bulk;

/// <summary>What has become of one reference of a bulk submission, so that sending it again adds nothing twice.</summary>
internal sealed class BulkRequest
{
    /// <summary>Who sent it and by which key, hashed.</summary>
    public required string Submission { get; init; }

    /// <summary>The reference, hashed: people write names into such columns.</summary>
    public required string Reference { get; init; }

    /// <summary>The request that it became.</summary>
    public Guid RequestId { get; init; }

    public DateTimeOffset At { get; init; }
}

internal sealed class BulkRequestConfiguration : IEntityTypeConfiguration<BulkRequest>
{
    public void Configure(EntityTypeBuilder<BulkRequest> builder)
    {
        builder.ToTable("subject_request_bulk");
        builder.HasKey(one => new { one.Submission, one.Reference });
        builder.HasIndex(one => one.RequestId);
    }
}
