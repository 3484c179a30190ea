using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Receipts;

/// <summary>A receipt as it was issued.</summary>
internal sealed class StoredReceipt
{
    /// <summary>The subject request; it has one receipt.</summary>
    public required string RequestId { get; init; }

    /// <summary>The compact JWS.</summary>
    public required string Jws { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
}

internal sealed class StoredReceiptConfiguration : IEntityTypeConfiguration<StoredReceipt>
{
    public void Configure(EntityTypeBuilder<StoredReceipt> builder)
    {
        builder.ToTable("receipts");
        builder.HasKey(receipt => receipt.RequestId);
        builder.IsAppendOnly();
    }
}
