using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The third step: counts again in every table, once for all requests of the batch, and gives each item its verdict.</summary>
internal sealed class ErasureVerification(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    LostTables lostTables,
    IIssuedViews views,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options
)
{
    /// <summary>Verifies what has no verdict yet.</summary>
    /// <returns>The requests that can be completed. In the others rows were found, and the statement must run again.</returns>
    public async Task<IReadOnlyList<Guid>> RunAsync(Guid batchId, CancellationToken cancellationToken)
    {
        var verifying = await requests.ReadAsync(
            db =>
                SubjectRequestStore
                    .Whole(db)
                    .Where(request => request.BatchId == batchId && request.State == RequestState.Verifying)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        var lost = await lostTables.FindAsync(
            verifying.SelectMany(request => request.Items).Where(item => !item.Verdict.IsFinal()),
            cancellationToken
        );
        var counts = new Dictionary<(string Dataset, bool IsShared), IReadOnlyDictionary<Guid, long>?>();
        foreach (var item in verifying.SelectMany(request => request.Items).Where(item => !item.Verdict.IsFinal()))
        {
            var key = (item.Dataset, item.Action is ItemAction.Shared);
            if (!counts.ContainsKey(key))
            {
                counts.Add(key, await CountAsync(batchId, item, cancellationToken));
            }
        }

        var shown = await CountViewsAsync(batchId, verifying, lost, cancellationToken);
        points.Reached(ErasureSteps.Recounted);
        var done = await requests.ChangeManyAsync(
            [.. verifying.Select(request => request.Id)],
            (_, batch) =>
                Task.FromResult<IReadOnlyList<Guid>>([
                    .. batch
                        .Where(request =>
                            IsVerifying(request) && Judge(batchId, request, new Found(counts, lost, shown))
                        )
                        .Select(request => request.Id),
                ]),
            cancellationToken
        );
        points.Reached(ErasureSteps.VerdictsKept);
        return done;
    }

    private static bool IsVerifying(SubjectRequest request) => request.State is RequestState.Verifying;

    private async Task<IReadOnlyDictionary<Guid, long>?> CountAsync(
        Guid batchId,
        RequestItem item,
        CancellationToken cancellationToken
    ) =>
        ItemTable.Find(contracts.Current, item) is { } table
            ? await warehouse.CountByOwnerAsync(
                RequestKeySets.Of(batchId, item.Action),
                table.Dataset,
                table.Columns,
                cancellationToken
            )
            : null;

    // What a view shows comes from its table, and the table was counted; a view that shows more than its table holds is a copy of something.
    private async Task<IReadOnlyDictionary<string, (int Views, long Matched)>> CountViewsAsync(
        Guid batchId,
        IEnumerable<SubjectRequest> batch,
        IReadOnlyDictionary<string, string> lost,
        CancellationToken cancellationToken
    )
    {
        var shown = new Dictionary<string, (int, long)>(StringComparer.Ordinal);
        foreach (
            var item in batch
                .SelectMany(request => request.Items)
                .Where(item => item.IsErased && !item.Verdict.IsFinal() && !lost.ContainsKey(item.Dataset))
                .DistinctBy(item => item.Dataset, StringComparer.Ordinal)
        )
        {
            if (ItemTable.Find(contracts.Current, item) is { } table)
            {
                var counts = await views.CountAsync(
                    table.Dataset,
                    table.Columns,
                    RequestKeySets.Owned(batchId),
                    cancellationToken
                );
                shown.Add(item.Dataset, (counts.Count, counts.Sum(count => count.Matched)));
            }
        }

        return shown;
    }

    private bool Judge(Guid batchId, SubjectRequest request, Found found)
    {
        foreach (var item in request.Items.Where(item => !item.Verdict.IsFinal()))
        {
            if (!found.Counts.TryGetValue((item.Dataset, item.Action is ItemAction.Shared), out var counts))
            {
                continue;
            }

            Judge(
                batchId,
                item,
                counts is null ? null : BatchCounts.Of(counts, request.Id),
                found.Lost.GetValueOrDefault(item.Dataset)
            );
            if (item.IsErased && found.Shown.TryGetValue(item.Dataset, out var views))
            {
                item.ViewsCounted = views.Views;
                if (item.Verdict.IsFinal() && views.Matched > 0)
                {
                    (item.Verdict, item.Code) = Failed("rows_shown_by_a_view");
                }
            }
        }

        if (request.Items.TrueForAll(item => item.Verdict.IsFinal()))
        {
            return true;
        }

        request.Move(RequestState.Executing, RequestKeySets.Worker, time.GetUtcNow(), "rows were found afterwards");
        return false;
    }

    private void Judge(Guid batchId, RequestItem item, long? matched, string? lost)
    {
        item.MatchedAfter = matched;
        (item.Verdict, item.Code) = (item.Action, matched) switch
        {
            (_, null) => Failed("contract_gone"),

            // Nothing is found in it because nothing can be: that proves nothing.
            _ when lost is not null && item.EstimatedRows > item.Erased => Failed(lost),

            // Neighbours' rows come and go; only the person's own must stand still.
            (ItemAction.Shared, > 0) => (ItemVerdict.Retained, null),
            (ItemAction.Shared, _) => (ItemVerdict.NothingFound, null),
            (ItemAction.Retain, _) when matched != item.Matched => Failed("retained_rows_changed"),
            (ItemAction.Retain, 0) => (ItemVerdict.NothingFound, null),
            (ItemAction.Retain, _) => (ItemVerdict.Retained, null),
            _ when !AddsUp(item) => Failed("counts_do_not_add_up"),
            (_, > 0) when item.Round >= options.Value.MaxAttempts => Failed("rows_found_afterwards"),
            (_, > 0) => (ItemVerdict.Pending, "rows_found_afterwards"),
            _ when item.Erased > 0 => (ItemVerdict.ErasedVerified, null),
            _ => (ItemVerdict.NothingFound, null),
        };
        if (item.Verdict is ItemVerdict.Pending)
        {
            item.Repeat(RequestKeySets.JobId(batchId, item.Dataset, item.Round + 1));
        }
    }

    // after = before − matched, over all that the statement did, and the rows that must not change have not.
    private static bool AddsUp(RequestItem item) =>
        item.ControlUnchanged == true
        && item.Affected == item.Matched
        && item.RowsAfter
            == item.RowsBefore - (item.Action is ItemAction.Delete ? item.BatchMatched ?? item.Matched : 0);

    private static (ItemVerdict Verdict, string? Code) Failed(string code) => (ItemVerdict.FailedTerminal, code);

    private sealed record Found(
        IReadOnlyDictionary<(string Dataset, bool IsShared), IReadOnlyDictionary<Guid, long>?> Counts,
        IReadOnlyDictionary<string, string> Lost,
        IReadOnlyDictionary<string, (int Views, long Matched)> Shown
    );
}
