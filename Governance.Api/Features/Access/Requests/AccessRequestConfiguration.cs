using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Access.Requests;

/// <summary>How requests for access are stored.</summary>
internal sealed class AccessRequestConfiguration
    : IEntityTypeConfiguration<AccessRequest>,
        IEntityTypeConfiguration<AccessVote>
{
    public void Configure(EntityTypeBuilder<AccessRequest> builder)
    {
        builder.ToTable("access_requests");
        builder.HasKey(request => request.Id);
        builder.Property(request => request.Id).ValueGeneratedNever();
        builder.Property(request => request.State).HasConversion<string>();
        builder.Property(request => request.Duration).HasConversion(span => span.Ticks, ticks => new TimeSpan(ticks));
        builder.Property(request => request.Version).IsConcurrencyToken();
        builder.Property(request => request.Decision).IsJson();
        builder.Ignore(request => request.Subject);
        builder.Ignore(request => request.Approvers);
        builder.Ignore(request => request.ForApproval);
        builder.HasMany(request => request.Votes).WithOne().HasForeignKey(vote => vote.RequestId);
        builder.HasIndex(request => request.State);
        builder.HasIndex(request => request.Requester);
    }

    public void Configure(EntityTypeBuilder<AccessVote> builder)
    {
        builder.ToTable("access_request_votes");
        builder.HasKey(vote => new { vote.RequestId, vote.Position });
    }
}
