using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Ledger.Chain;

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("ledger");
        builder.HasKey(entry => entry.Sequence);
        builder.Property(entry => entry.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(entry => entry.Payload).HasColumnName("payload");
        builder.Property(entry => entry.Hash).HasColumnName("hash");
        builder.IsAppendOnly();
    }
}
