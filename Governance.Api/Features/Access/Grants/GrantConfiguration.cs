using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Access.Grants;

/// <summary>How grants are stored; a view's name is never another grant's.</summary>
internal sealed class GrantConfiguration : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> builder)
    {
        builder.ToTable("grants");
        builder.HasKey(grant => grant.Id);
        builder.Property(grant => grant.Id).ValueGeneratedNever();
        builder.Property(grant => grant.State).HasConversion<string>();
        builder.Property(grant => grant.End).HasConversion<string>();
        builder.Property(grant => grant.Version).IsConcurrencyToken();
        builder.Ignore(grant => grant.Subject);
        builder.Ignore(grant => grant.ForApproval);
        builder.Ignore(grant => grant.Held);
        builder.Property(grant => grant.Granted).IsJson();
        builder.Property(grant => grant.Plan).IsJson();
        builder.HasIndex(grant => grant.ViewName).IsUnique();
        builder.HasIndex(grant => new { grant.State, grant.Until });
        builder.HasIndex(grant => new { grant.Person, grant.State });
        builder.HasIndex(grant => grant.RequestId);
    }
}
