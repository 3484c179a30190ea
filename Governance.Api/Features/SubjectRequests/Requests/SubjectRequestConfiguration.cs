using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>How requests are stored. Claims are found by key, which is how a duplicate is noticed.</summary>
internal sealed class SubjectRequestConfiguration
    : IEntityTypeConfiguration<SubjectRequest>,
        IEntityTypeConfiguration<RequestClaim>,
        IEntityTypeConfiguration<RequestItem>,
        IEntityTypeConfiguration<RequestEvent>
{
    public void Configure(EntityTypeBuilder<SubjectRequest> builder)
    {
        builder.ToTable("subject_requests");
        builder.HasKey(request => request.Id);
        builder.Property(request => request.Id).ValueGeneratedNever();
        builder
            .Property(request => request.State)
            .HasConversion(state => state.Name(), name => RequestStates.Parse(name));
        builder.Property(request => request.Version).IsConcurrencyToken();
        builder.Property(request => request.AcceptedPeople).HasDefaultValue(1);
        builder.Property(request => request.Waivers).IsJson().HasDefaultValueSql("'[]'");
        builder.HasIndex(request => request.State);
        builder.HasIndex(request => request.BatchId);
        builder.HasMany(request => request.Holds).WithOne().HasForeignKey(hold => hold.RequestId);
        builder.HasOne(request => request.Demand).WithOne().HasForeignKey<RequestDemand>(demand => demand.RequestId);
        builder.HasOne(request => request.Export).WithOne().HasForeignKey<RequestExport>(export => export.RequestId);
        builder.HasOne(request => request.Limit).WithOne().HasForeignKey<ProcessingLimit>(limit => limit.RequestId);
        builder.HasMany(request => request.Claims).WithOne().HasForeignKey(claim => claim.RequestId);
        builder.HasMany(request => request.Items).WithOne().HasForeignKey(item => item.RequestId);
        builder.HasMany(request => request.History).WithOne().HasForeignKey(line => line.RequestId);
    }

    public void Configure(EntityTypeBuilder<RequestClaim> builder)
    {
        builder.ToTable("subject_request_claims");
        builder.HasKey(claim => new
        {
            claim.RequestId,
            claim.Domain,
            claim.Index,
        });
        builder.HasIndex(claim => new { claim.Domain, claim.Index });
        builder.Ignore(claim => claim.Key);
    }

    public void Configure(EntityTypeBuilder<RequestItem> builder)
    {
        builder.ToTable("subject_request_items");
        builder.HasKey(item => new { item.RequestId, item.Position });
        builder.Property(item => item.Action).HasConversion<string>();
        builder.Property(item => item.Verdict).HasConversion<string>();
        builder.Ignore(item => item.IsErased);
        builder.Ignore(item => item.HasOutcome);
        builder.Ignore(item => item.Erased);
        builder.Ignore(item => item.IsHeld);
    }

    public void Configure(EntityTypeBuilder<RequestEvent> builder)
    {
        builder.ToTable("subject_request_history");
        builder.HasKey(line => new { line.RequestId, line.Position });
        builder.Property(line => line.From).HasConversion(state => state.Name(), name => RequestStates.Parse(name));
        builder.Property(line => line.To).HasConversion(state => state.Name(), name => RequestStates.Parse(name));
    }
}
