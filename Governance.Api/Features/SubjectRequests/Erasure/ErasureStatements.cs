using System.Globalization;
using Governance.Api.Configuration;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The second step, inside the write gate: one statement for each table that has none yet.</summary>
internal sealed partial class ErasureStatements(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options,
    ILogger<ErasureStatements> logger
)
{
    /// <summary>Runs what is left to run.</summary>
    /// <returns><see langword="false"/> where a statement failed and is to be tried again later.</returns>
    public async Task<bool> RunAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        DateTimeOffset? blockedUntil = null;
        foreach (var item in request.Items.Where(item => item is { IsErased: true, HasOutcome: false }))
        {
            if (item.Verdict.IsFinal())
            {
                continue;
            }

            points.Reached(ErasureSteps.BeforeStatement);
            var (outcome, failure) = await TryRunAsync(requestId, item, cancellationToken);
            points.Reached(ErasureSteps.StatementRan);
            await requests.ChangeAsync(
                requestId,
                current => Keep(current.Items.Single(one => one.Position == item.Position), outcome, failure),
                cancellationToken
            );
            blockedUntil = Later(blockedUntil, failure?.Until);
            points.Reached(ErasureSteps.OutcomeKept);
        }

        return await requests.ChangeAsync(
            requestId,
            (db, current) => EndAsync(db, current, blockedUntil, cancellationToken),
            cancellationToken
        );
    }

    private async Task<(ErasureOutcome? Outcome, Fault? Failure)> TryRunAsync(
        Guid requestId,
        RequestItem item,
        CancellationToken cancellationToken
    )
    {
        if (ItemTable.Find(contracts.Current, item) is not { } table)
        {
            return (null, new Fault("contract_gone", IsFinal: true, Counts: true));
        }

        try
        {
            var action = item.Action is ItemAction.Clear ? ErasureAction.Clear : ErasureAction.Delete;
            var job = new ErasureJob(
                item.JobId!,
                RequestKeySets.Owned(requestId),
                table.Dataset,
                table.Columns,
                action
            );
            var answer = await warehouse.EraseAsync(job, cancellationToken);
            if (answer.TryGet(out var outcome))
            {
                return (outcome, null);
            }

            LogStatementFailed(item.Dataset, requestId, answer.Refusal!.Code);
            return (null, Fault.Of(answer.Refusal));
        }
        catch (ErasureInvariantException exception)
        {
            // It names the table and counts, and no value.
            LogCountsDoNotAddUp(requestId, exception.Message);
            return (null, new Fault("counts_do_not_add_up", IsFinal: true, Counts: true));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogStatementFailed(item.Dataset, requestId, exception.GetType().Name);
            return (null, await WarehouseFaultAsync(cancellationToken));
        }
    }

    // A warehouse that is away is waited for; one that is there and refuses is tried a few times.
    private async Task<Fault> WarehouseFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await warehouse.IsReadyAsync(cancellationToken)
                ? new Fault("warehouse_refused", IsFinal: false, Counts: true)
                : new Fault("warehouse_away", IsFinal: false, Counts: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Fault("warehouse_away", IsFinal: false, Counts: false);
        }
    }

    private void Keep(RequestItem item, ErasureOutcome? outcome, Fault? failure)
    {
        if (outcome is not null)
        {
            item.RowsBefore = outcome.RowsBefore;
            item.Matched = outcome.Matched;
            item.Affected = outcome.Affected;
            item.RowsAfter = outcome.RowsAfter;
            item.ControlUnchanged = outcome.ControlBefore == outcome.ControlAfter;
            item.Verdict = ItemVerdict.Pending;
            item.Code = null;
            return;
        }

        item.Attempts += failure!.Counts ? 1 : 0;
        item.Code = failure.Code;
        item.Verdict =
            failure.IsFinal || item.Attempts >= options.Value.MaxAttempts ? ItemVerdict.FailedTerminal
            : failure.Until is null ? ItemVerdict.FailedRetryable
            : ItemVerdict.BlockedUntil;
    }

    private async Task<bool> EndAsync(
        Storage.StateDbContext db,
        SubjectRequest request,
        DateTimeOffset? blockedUntil,
        CancellationToken cancellationToken
    )
    {
        if (request.Items.Exists(item => item.Verdict is ItemVerdict.FailedRetryable))
        {
            request.Attempts++;
            request.NextAttemptAt = time.GetUtcNow() + RetryPause.After(request.Attempts, options.Value.FirstPause);
            return false;
        }

        if (request.Items.Exists(item => item.Verdict is ItemVerdict.BlockedUntil))
        {
            // Nothing has failed: no attempt is counted, and no pause grows.
            request.NextAttemptAt = blockedUntil ?? (time.GetUtcNow() + RetryPause.After(1, options.Value.FirstPause));
            return false;
        }

        request.Move(RequestState.Verifying, RequestKeySets.Worker, time.GetUtcNow());
        await requests.RecordAsync(
            db,
            request,
            RequestKeySets.Worker,
            "erased",
            new LedgerDetails
            {
                { "rows", request.Items.Sum(item => item.Erased) },
                { "statements", request.Items.Count(item => item.HasOutcome) },
            },
            cancellationToken
        );
        return true;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The statement on {Table} of request {RequestId} failed: {Fault}. It is tried again."
    )]
    private partial void LogStatementFailed(string table, Guid requestId, string fault);

    [LoggerMessage(LogLevel.Error, "The counts of request {RequestId} do not add up. {Counts}")]
    private partial void LogCountsDoNotAddUp(Guid requestId, string counts);

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;

    private sealed record Fault(string Code, bool IsFinal, bool Counts, DateTimeOffset? Until = null)
    {
        // What passes by itself is waited for without an end; what somebody must mend is tried a few times.
        public static Fault Of(Refusal refusal) =>
            new(
                refusal.Code,
                IsFinal: false,
                Counts: !refusal.IsTransient,
                refusal.Kind is RefusalKind.NotYet ? refusal.Until : null
            );
    }
}

/// <summary>An item's table, as the contracts in force describe it.</summary>
internal static class ItemTable
{
    /// <summary>The table and the item's columns in it; <see langword="null"/> where no contract has them any more.</summary>
    public static ScopedDataset? Find(ContractCatalog catalog, RequestItem item)
    {
        if (catalog.FindDataset(item.Dataset) is not { } dataset)
        {
            return null;
        }

        Column[] columns =
        [
            .. dataset.AllColumns().Where(column => item.Columns.Contains(column.Path, StringComparer.Ordinal)),
        ];
        return columns.Length == item.Columns.Count ? new ScopedDataset(dataset, [.. columns]) : null;
    }
}
