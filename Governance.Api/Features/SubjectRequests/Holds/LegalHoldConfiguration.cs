using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>How holds are stored. They are found by the request that they were placed through, and by what is in force.</summary>
internal sealed class LegalHoldConfiguration
    : IEntityTypeConfiguration<LegalHold>,
        IEntityTypeConfiguration<LegalHoldKey>
{
    public void Configure(EntityTypeBuilder<LegalHold> builder)
    {
        builder.ToTable("legal_holds");
        builder.HasKey(hold => hold.Id);
        builder.Property(hold => hold.Id).ValueGeneratedNever();
        builder.HasIndex(hold => hold.RequestId);
        builder.HasIndex(hold => hold.ReleasedAt);
        builder.HasMany(hold => hold.Keys).WithOne().HasForeignKey(key => key.HoldId);
    }

    public void Configure(EntityTypeBuilder<LegalHoldKey> builder)
    {
        builder.ToTable("legal_hold_keys");
        builder.HasKey(key => new
        {
            key.HoldId,
            key.Domain,
            key.Index,
        });
        builder.Ignore(key => key.Key);
    }
}
