using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Contracts;

/// <summary>One published version of a contract, word for word. A version is never changed: a change is a new version.</summary>
internal sealed class PublishedContract
{
    /// <summary>Grows with each publication, over all contracts.</summary>
    public long Publication { get; init; }

    /// <summary>The contract's id.</summary>
    public required string ContractId { get; init; }

    /// <summary>The version that the document states.</summary>
    public required string Version { get; init; }

    /// <summary>The document as it came.</summary>
    public required string Yaml { get; init; }

    /// <summary>SHA-256 of the document's UTF-8 bytes, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>By whom: an account id, or <c>system:{part}</c>.</summary>
    public required string PublishedBy { get; init; }
}

internal sealed class PublishedContractConfiguration : IEntityTypeConfiguration<PublishedContract>
{
    public void Configure(EntityTypeBuilder<PublishedContract> builder)
    {
        builder.ToTable("contracts");
        builder.HasKey(contract => contract.Publication);
        builder.HasIndex(contract => new { contract.ContractId, contract.Version }).IsUnique();
    }
}
