using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>What stands in the warehouse, and nobody granted. It is told, and left: somebody may need it.</summary>
internal sealed class GrantFinding
{
    /// <summary><c>view</c> or <c>row_rule</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The dataset; empty where the view does not say.</summary>
    public required string Dataset { get; init; }

    public required string Name { get; init; }

    /// <summary>How many members it lets in.</summary>
    public int Members { get; set; }

    public DateTimeOffset FoundAt { get; set; }

    /// <summary>When it was seen to be gone; <see langword="null"/> while it stands.</summary>
    public DateTimeOffset? GoneAt { get; set; }
}

/// <summary>How findings are stored: one for each object, also where it comes and goes.</summary>
internal sealed class GrantFindingConfiguration : IEntityTypeConfiguration<GrantFinding>
{
    public void Configure(EntityTypeBuilder<GrantFinding> builder)
    {
        builder.ToTable("grant_findings");
        builder.HasKey(finding => new
        {
            finding.Kind,
            finding.Dataset,
            finding.Name,
        });
    }
}
