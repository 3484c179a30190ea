using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>Exports what is stored, without holding it in memory.</summary>
internal sealed class StoredLedgerExport(IStateStore state) : ILedgerExport
{
    public Task<long> WriteAsync(Stream stream, CancellationToken cancellationToken) =>
        state.ReadAsync(
            async db =>
            {
                await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                var count = 0L;
                var entries = db.Set<LedgerEntry>().AsNoTracking().OrderBy(entry => entry.Sequence);
                await foreach (var entry in entries.AsAsyncEnumerable().WithCancellation(cancellationToken))
                {
                    await writer.WriteLineAsync(LedgerExport.Line(entry).AsMemory(), cancellationToken);
                    count++;
                }

                return count;
            },
            cancellationToken
        );
}
