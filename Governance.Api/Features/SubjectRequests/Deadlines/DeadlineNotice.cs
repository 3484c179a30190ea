using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Deadlines;

/// <summary>A warning that was given: once for each request, deadline and threshold.</summary>
internal sealed class DeadlineNotice
{
    public Guid RequestId { get; init; }

    /// <summary><c>soon</c> or <c>late</c>.</summary>
    public required string Due { get; init; }

    /// <summary>The deadline; an extension's is another one.</summary>
    public required string DueOn { get; init; }

    public DateTimeOffset At { get; init; }
}

internal sealed class DeadlineNoticeConfiguration : IEntityTypeConfiguration<DeadlineNotice>
{
    public void Configure(EntityTypeBuilder<DeadlineNotice> builder)
    {
        builder.ToTable("subject_request_deadlines");
        builder.HasKey(notice => new
        {
            notice.RequestId,
            notice.Due,
            notice.DueOn,
        });
    }
}
