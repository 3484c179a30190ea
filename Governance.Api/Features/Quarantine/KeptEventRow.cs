using Governance.Masking.Kafka;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Quarantine;

/// <summary>A quarantined event as it is stored.</summary>
internal sealed class KeptEventRow
{
    public long Id { get; init; }
    public required string Source { get; init; }
    public required string Topic { get; init; }
    public required int Partition { get; init; }
    public required long Offset { get; init; }
    public required DateTimeOffset EventTime { get; init; }
    public int? SchemaId { get; init; }
    public required string Code { get; init; }
    public required byte[] Sealed { get; init; }

    /// <summary>When it came; <see langword="null"/> where the version that kept it did not write that down.</summary>
    public DateTimeOffset? KeptAt { get; set; }

    /// <summary>Which way out it could not go.</summary>
    public required string Way { get; init; }
}

internal sealed class KeptEventRowConfiguration : IEntityTypeConfiguration<KeptEventRow>
{
    public void Configure(EntityTypeBuilder<KeptEventRow> builder)
    {
        builder.ToTable("quarantine");
        builder.HasKey(row => row.Id);
        builder
            .HasIndex(row => new
            {
                row.Source,
                row.Topic,
                row.Partition,
                row.Offset,
                row.Way,
            })
            .IsUnique();
        builder.HasIndex(row => new { row.Topic, row.Code });
        builder.HasIndex(row => new { row.Topic, row.KeptAt });

        // Those of before there was another way.
        builder.Property(row => row.Way).HasDefaultValue(WaysOut.Warehouse);
    }
}
