using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The third step: counts again in every table, and gives each item its verdict.</summary>
internal sealed class ErasureVerification(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options
)
{
    /// <summary>Verifies what has no verdict yet.</summary>
    /// <returns><see langword="false"/> where rows were found, and the statement must run again.</returns>
    public async Task<bool> RunAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var counts = new Dictionary<int, long?>();
        foreach (var item in request.Items.Where(item => !item.Verdict.IsFinal()))
        {
            counts.Add(item.Position, await CountAsync(requestId, item, cancellationToken));
        }

        points.Reached(ErasureSteps.Recounted);
        var done = await requests.ChangeAsync(
            requestId,
            (_, current) =>
            {
                foreach (var item in current.Items.Where(item => counts.ContainsKey(item.Position)))
                {
                    Judge(current, item, counts[item.Position]);
                }

                var again = current.Items.Exists(item => !item.Verdict.IsFinal());
                if (again)
                {
                    current.Move(
                        RequestState.Executing,
                        RequestKeySets.Worker,
                        time.GetUtcNow(),
                        "rows were found afterwards"
                    );
                }

                return Task.FromResult(!again);
            },
            cancellationToken
        );
        points.Reached(ErasureSteps.VerdictsKept);
        return done;
    }

    private async Task<long?> CountAsync(Guid requestId, RequestItem item, CancellationToken cancellationToken)
    {
        if (ItemTable.Find(contracts.Current, item) is not { } table)
        {
            return null;
        }

        var keySet =
            item.Action is ItemAction.Shared ? RequestKeySets.Shared(requestId) : RequestKeySets.Owned(requestId);
        return (await warehouse.CountAsync(keySet, table.Dataset, table.Columns, cancellationToken)).Matched;
    }

    private void Judge(SubjectRequest request, RequestItem item, long? matched)
    {
        item.MatchedAfter = matched;
        (item.Verdict, item.Code) = (item.Action, matched) switch
        {
            (_, null) => Failed("contract_gone"),

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
            Repeat(request, item);
        }
    }

    // after = before − matched, and the rows that must not change have not.
    private static bool AddsUp(RequestItem item) =>
        item.ControlUnchanged == true
        && item.Affected == item.Matched
        && item.RowsAfter == item.RowsBefore - (item.Action is ItemAction.Delete ? item.Matched : 0);

    private static void Repeat(SubjectRequest request, RequestItem item)
    {
        item.ErasedEarlier = item.Erased;
        item.Round++;
        item.JobId = RequestKeySets.JobId(request.Id, request.PlanHash!, item.Dataset, item.Round);
        item.RowsBefore = null;
        item.Matched = null;
        item.Affected = null;
        item.RowsAfter = null;
        item.ControlUnchanged = null;
    }

    private static (ItemVerdict Verdict, string? Code) Failed(string code) => (ItemVerdict.FailedTerminal, code);
}
