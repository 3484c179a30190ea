using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>Destroys archives whose time is over. The file goes first: where that is cut off, the next run goes on.</summary>
internal sealed class ExportExpiry(
    IStateStore state,
    SubjectRequestStore requests,
    ExportFiles files,
    TimeProvider time
)
{
    /// <summary>Does it once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var over = await state.ReadAsync(
            db =>
                db.Set<RequestExport>()
                    .Where(export => export.DestroyedAt == null && export.ExpiresAt <= now)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        foreach (var export in over)
        {
            files.Destroy(export.FileName);
            await requests.ChangeAsync(
                export.RequestId,
                async (db, request) =>
                {
                    if (request.Export is { DestroyedAt: null } current)
                    {
                        current.DestroyedAt = now;
                        request.Note("export_destroyed", FulfilStart.Worker, now);
                        await requests.RecordAsync(
                            db,
                            request,
                            FulfilStart.Worker,
                            "export-destroyed",
                            new LedgerDetails { { "downloads", current.Downloads } },
                            cancellationToken
                        );
                    }

                    return true;
                },
                cancellationToken
            );
        }
    }
}
