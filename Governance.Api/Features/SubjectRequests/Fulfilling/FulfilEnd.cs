using Governance.Api.Features.Ledger;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Recipients;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>The last step: signs the receipt, and ends the request. From then on what it was encrypted to is gone.</summary>
internal sealed class FulfilEnd(
    SubjectRequestStore requests,
    IWarehouse warehouse,
    IReceipts receipts,
    IEnumerable<IRecipientNotices> notices,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options
)
{
    /// <summary>Ends a request whose items all have a final verdict.</summary>
    public async Task CompleteAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var own = await warehouse.ReadKeysAsync(RequestKeySets.Owned(requestId), cancellationToken);
        await requests.ChangeAsync(
            requestId,
            async (db, request) =>
            {
                var endedAt = time.GetUtcNow();
                var failed = request.Items.Exists(item => item.Verdict is ItemVerdict.FailedTerminal);
                request.Move(
                    failed ? RequestState.PartiallyFailed : RequestState.Completed,
                    FulfilStart.Worker,
                    endedAt
                );
                if (request.Export is { } export)
                {
                    export.ExpiresAt = endedAt.AddDays(options.Value.ExportDays);
                }

                var anchor = await requests.RecordAsync(
                    db,
                    request,
                    FulfilStart.Worker,
                    "completed",
                    new LedgerDetails
                    {
                        { "state", request.State.Name() },
                        { "rows", request.Items.Sum(item => item.Matched ?? 0) },
                    },
                    cancellationToken
                );
                await receipts.IssueAsync(db, FactsOf(request, endedAt), anchor, cancellationToken);
                await TellAsync(db, request, own, cancellationToken);
                return true;
            },
            cancellationToken
        );
        points.Reached(FulfilSteps.Completed);
    }

    // GDPR Art. 19: whoever got the data is told of what was corrected or restricted.
    private async Task TellAsync(
        Storage.StateDbContext db,
        SubjectRequest request,
        IReadOnlyCollection<LinkedIdentifier> own,
        CancellationToken cancellationToken
    )
    {
        var act = request.Type switch
        {
            RequestTypes.Rectification => "rectified",
            RequestTypes.Restriction => "restricted",
            _ => null,
        };
        if (act is null)
        {
            return;
        }

        var notice = new RecipientNotice(request.Id, act, request.Type, request.Subject, request.State.Name(), own);
        foreach (var outbox in notices)
        {
            await outbox.AddAsync(db, notice, cancellationToken);
        }
    }

    /// <summary>Drops the key sets that the request needs no more.</summary>
    public async Task DropKeysAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        foreach (var purpose in request.Limit?.Purposes ?? [])
        {
            await warehouse.DropKeysAsync(request.Limit!.KeySetOf(purpose), cancellationToken);
        }

        await warehouse.DropKeysAsync(RequestKeySets.Owned(request.Id), cancellationToken);
        points.Reached(FulfilSteps.KeysDropped);
        await requests.ChangeAsync(request.Id, current => current.HasKeySets = false, cancellationToken);
    }

    // Counts, names of tables and times; nothing of what was given, and nothing was erased.
    private static ReceiptFacts FactsOf(SubjectRequest request, DateTimeOffset endedAt) =>
        new(
            request.Id.ToString(),
            request.Type,
            request.State.Name(),
            request.ReceivedAt,
            endedAt,
            request.PlanHash!,
            [
                .. request.Items.Select(item => new ReceiptItem(
                    item.Dataset,
                    item.Verdict.Name(),
                    item.Ground,
                    item.RowsBefore,
                    item.Matched ?? 0,
                    0,
                    item.RowsAfter,
                    item.MatchedAfter ?? 0,
                    item.ControlUnchanged
                )),
            ],
            0,
            0
        );
}
