using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Policies.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Access.Grants;

/// <summary>How grants are stored; a view's name is never another grant's.</summary>
internal sealed class GrantConfiguration : IEntityTypeConfiguration<Grant>
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

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
        IsJson(builder.Property(grant => grant.Granted));
        IsJson(builder.Property(grant => grant.Plan));
        builder.HasIndex(grant => grant.ViewName).IsUnique();
        builder.HasIndex(grant => new { grant.State, grant.Until });
        builder.HasIndex(grant => new { grant.Person, grant.State });
        builder.HasIndex(grant => grant.RequestId);
    }

    private static void IsJson(PropertyBuilder<ViewPlan> property) =>
        property.HasConversion(
            plan => JsonSerializer.Serialize(plan, s_json),
            text => JsonSerializer.Deserialize<ViewPlan>(text, s_json)!,
            // Plans are immutable; words of columns count here, though not for what is issued.
            new ValueComparer<ViewPlan>(
                (one, other) => ReferenceEquals(one, other),
                plan => plan.GetHashCode(),
                plan => plan
            )
        );
}
