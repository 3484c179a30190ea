using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Sandbox.Registry;

/// <summary>A schema, whatever subjects use it.</summary>
internal sealed class StoredSchema
{
    public int Id { get; set; }

    public required string Fingerprint { get; set; }

    public required string Text { get; set; }
}

/// <summary>A version of a subject.</summary>
internal sealed class StoredVersion
{
    public required string Subject { get; set; }

    public int Version { get; set; }

    public int SchemaId { get; set; }

    public StoredSchema? Schema { get; set; }
}

/// <summary>A subject's level; the empty subject is the global one.</summary>
internal sealed class StoredLevel
{
    public required string Subject { get; set; }

    public CompatibilityLevel Level { get; set; }
}

internal sealed class StoredSchemaTable : IEntityTypeConfiguration<StoredSchema>
{
    public void Configure(EntityTypeBuilder<StoredSchema> builder)
    {
        builder.ToTable("registry_schema");
        builder.HasIndex(schema => schema.Fingerprint).IsUnique();
    }
}

internal sealed class StoredVersionTable : IEntityTypeConfiguration<StoredVersion>
{
    public void Configure(EntityTypeBuilder<StoredVersion> builder)
    {
        builder.ToTable("registry_version");
        builder.HasKey(version => new { version.Subject, version.Version });
        builder.HasOne(version => version.Schema).WithMany().HasForeignKey(version => version.SchemaId);
    }
}

internal sealed class StoredLevelTable : IEntityTypeConfiguration<StoredLevel>
{
    public void Configure(EntityTypeBuilder<StoredLevel> builder)
    {
        builder.ToTable("registry_level");
        builder.HasKey(level => level.Subject);
        builder.Property(level => level.Level).HasConversion<string>();
    }
}
