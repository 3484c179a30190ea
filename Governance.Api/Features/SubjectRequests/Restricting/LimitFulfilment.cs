using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Restricting;

/// <summary>
/// Restriction and objection: the person's keys go into key sets that every issued view of the purposes leaves out, now and later. Counted
/// through each view before and after: none of the person's rows is shown any more, and all others are.
/// </summary>
internal sealed class LimitFulfilment(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    IIssuedViews views,
    IFaultPoints points,
    TimeProvider time
) : IFulfilment
{
    public bool IsFor(string type) => RequestTypes.IsLimit(type);

    public async Task ExecuteAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var limit = request.Limit ?? LimitOf(request);

        // A run that was cut off may have left keys: counted with them, nothing would be there to leave out.
        foreach (var purpose in limit.Purposes)
        {
            await warehouse.DropKeysAsync(limit.KeySetOf(purpose), cancellationToken);
        }

        var before = await CountAsync(request, limit, cancellationToken);
        var own = await warehouse.ReadKeysAsync(RequestKeySets.Owned(requestId), cancellationToken);
        foreach (var purpose in limit.Purposes)
        {
            await warehouse.AddKeysAsync(limit.KeySetOf(purpose), own, cancellationToken);
        }

        points.Reached(FulfilSteps.LimitKeysKept);
        await PutInForceAsync(requestId, limit, before, cancellationToken);
        points.Reached(FulfilSteps.LimitInForce);
        foreach (var dataset in before.Keys)
        {
            await views.ReissueAsync(dataset, cancellationToken);
        }

        points.Reached(FulfilSteps.ViewsIssued);
        var after = await CountAsync(request, limit, cancellationToken);
        await requests.ChangeAsync(
            requestId,
            async (db, current) =>
            {
                foreach (var item in current.Items.Where(item => item.Action is ItemAction.Limit))
                {
                    Keep(item, before.GetValueOrDefault(item.Dataset), after.GetValueOrDefault(item.Dataset));
                }

                current.Move(RequestState.Verifying, FulfilStart.Worker, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    current,
                    FulfilStart.Worker,
                    "limited",
                    new LedgerDetails
                    {
                        { "purposes", string.Join(',', limit.Purposes) },
                        { "views", current.Limit!.Views },
                    },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
    }

    public async Task<bool> VerifyAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var again = await CountAsync(request, request.Limit!, cancellationToken);
        return await requests.ChangeAsync(
            requestId,
            (_, current) =>
            {
                foreach (var item in current.Items)
                {
                    Judge(item, again.GetValueOrDefault(item.Dataset));
                }

                if (current.Items.TrueForAll(item => item.Verdict.IsFinal()))
                {
                    return Task.FromResult(true);
                }

                current.Move(
                    RequestState.Executing,
                    FulfilStart.Worker,
                    time.GetUtcNow(),
                    "views still show rows, or do not stand as they should"
                );
                current.Attempts++;
                return Task.FromResult(false);
            },
            cancellationToken
        );
    }

    private static ProcessingLimit LimitOf(SubjectRequest request) =>
        new()
        {
            RequestId = request.Id,
            Subject = request.Subject,
            Purposes =
                request.Type == RequestTypes.Objection ? [.. request.Demand!.Purposes] : [ProcessingLimit.AllPurposes],
        };

    // Keys stand before views ask for them: a view that is issued meanwhile leaves the person out from its first moment.
    private Task<bool> PutInForceAsync(
        Guid requestId,
        ProcessingLimit limit,
        Dictionary<string, TableViews> before,
        CancellationToken cancellationToken
    ) =>
        requests.ChangeAsync(
            requestId,
            (db, current) =>
            {
                if (current.Limit is null)
                {
                    limit.Since = time.GetUtcNow();
                    current.Limit = limit;
                    db.Add(limit);
                }

                current.Limit.Views = before.Values.Sum(table => table.Counts.Count);
                current.Limit.ShownBefore = before.Values.Sum(table => table.Counts.Sum(count => count.Matched));
                return Task.FromResult(true);
            },
            cancellationToken
        );

    private async Task<Dictionary<string, TableViews>> CountAsync(
        SubjectRequest request,
        ProcessingLimit limit,
        CancellationToken cancellationToken
    )
    {
        var keySet = RequestKeySets.Owned(request.Id);
        var counted = new Dictionary<string, TableViews>(StringComparer.Ordinal);
        foreach (var item in request.Items.Where(item => item.Action is ItemAction.Limit))
        {
            if (ItemTable.Find(contracts.Current, item) is { } table)
            {
                var rows = await warehouse.CountAsync(keySet, table.Dataset, table.Columns, cancellationToken);
                var shown = await views.CountAsync(table.Dataset, table.Columns, keySet, cancellationToken);
                counted[item.Dataset] = new TableViews(
                    rows.Matched,
                    [.. shown.Where(count => IsStopped(limit, count.Purpose))]
                );
            }
        }

        return counted;
    }

    private static bool IsStopped(ProcessingLimit limit, string purpose) =>
        limit.IsOfEveryPurpose || limit.Purposes.Contains(purpose, StringComparer.Ordinal);

    // Through all views together: rows before and after, and those of the person.
    private static void Keep(RequestItem item, TableViews? before, TableViews? after)
    {
        if (before is null || after is null)
        {
            item.Code = "contract_gone";
            return;
        }

        item.Code = null;
        item.Matched = before.OfPerson;
        item.RowsBefore = before.Counts.Sum(count => count.Rows);
        item.RowsAfter = after.Counts.Sum(count => count.Rows);
        item.MatchedAfter = after.Counts.Sum(count => count.Matched);
        item.ControlUnchanged = before.Counts.All(count =>
            after.Counts.FirstOrDefault(one => one.View == count.View) is not { } now
            || now.Rows == count.Rows - count.Matched
        );
    }

    private static void Judge(RequestItem item, TableViews? again)
    {
        (item.Verdict, item.Code) = (item, again) switch
        {
            ({ Action: ItemAction.LeaveOut }, _) => (ItemVerdict.LeftOut, null),
            (_, null) => (ItemVerdict.FailedTerminal, "contract_gone"),
            (_, { } now) when now.Counts.Any(count => count.Matched > 0) => (
                ItemVerdict.FailedRetryable,
                "rows_shown_afterwards"
            ),
            (_, { } now) when now.Counts.Any(count => !count.IsVerified) => (
                ItemVerdict.FailedRetryable,
                "views_not_verified"
            ),
            ({ ControlUnchanged: not true }, _) => (ItemVerdict.FailedRetryable, "other_rows_changed"),
            ({ Matched: 0 }, _) => (ItemVerdict.NothingFound, null),
            _ => (ItemVerdict.LimitedVerified, null),
        };
    }

    private sealed record TableViews(long OfPerson, IReadOnlyList<VisibleCount> Counts);
}
