using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// The second step, inside the write gate: one statement for each table that has none yet, for all requests of the batch. What is held for
/// some of them is split off; what is held for all of them waits.
/// </summary>
internal sealed partial class ErasureStatements(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    PeopleOfBatches people,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options,
    ILogger<ErasureStatements> logger
)
{
    /// <summary>Runs what is left to run.</summary>
    /// <returns><see langword="true"/> where the batch goes on at once; <see langword="false"/> where something is to be tried again later.</returns>
    public async Task<bool> RunAsync(Guid batchId, CancellationToken cancellationToken)
    {
        var whose = await people.ReadAsync(batchId, cancellationToken);
        DateTimeOffset? blockedUntil = null;
        foreach (var statement in await PendingAsync(batchId, cancellationToken))
        {
            points.Reached(ErasureSteps.BeforeStatement);
            var (counts, failure) = await TryCountAsync(batchId, statement, cancellationToken);
            if (failure is not null)
            {
                await KeepAsync(batchId, statement, null, failure, cancellationToken);
                blockedUntil = Later(blockedUntil, failure.Until);
                continue;
            }

            var (begun, next) = await BeginAsync(batchId, statement, counts, whose, cancellationToken);
            if (next is Next.Split)
            {
                return true;
            }

            if (next is Next.Held)
            {
                continue;
            }

            (var outcome, failure) = await TryRunAsync(batchId, begun!, cancellationToken);
            points.Reached(ErasureSteps.StatementRan);
            await KeepAsync(batchId, statement, outcome, failure, cancellationToken);
            blockedUntil = Later(blockedUntil, failure?.Until);
            points.Reached(ErasureSteps.OutcomeKept);
        }

        return await EndAsync(batchId, blockedUntil, cancellationToken);
    }

    private async Task<IReadOnlyList<StatementToRun>> PendingAsync(Guid batchId, CancellationToken cancellationToken)
    {
        var statements = await requests.ReadAsync(
            db =>
                BatchItems
                    .Pending(db, batchId)
                    .Select(item => new { item.Dataset, item.Round })
                    .Distinct()
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        return
        [
            .. statements
                .Select(one => new StatementToRun(one.Dataset, one.Round))
                .OrderBy(one => one.Dataset, StringComparer.Ordinal)
                .ThenBy(one => one.Round),
        ];
    }

    // Counted before the statement, because afterwards nobody can tell whose the rows were. A table without a contract has none to count.
    private async Task<(IReadOnlyDictionary<Guid, long>? Counts, Fault? Failure)> TryCountAsync(
        Guid batchId,
        StatementToRun statement,
        CancellationToken cancellationToken
    )
    {
        var example = await requests.ReadAsync(
            db => BatchItems.Of(db, batchId, statement).FirstAsync(cancellationToken),
            cancellationToken
        );
        if (ItemTable.Find(contracts.Current, example) is not { } table)
        {
            return (null, null);
        }

        try
        {
            var counts = await warehouse.CountByOwnerAsync(
                RequestKeySets.Owned(batchId),
                table.Dataset,
                table.Columns,
                cancellationToken
            );
            return (counts, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (null, await FaultOfAsync(batchId, statement.Dataset, exception, cancellationToken));
        }
    }

    // Written down together with the look at the holds: a hold that comes later finds the table begun, and says that it came too late for it.
    private async Task<(RequestItem? Item, Next Next)> BeginAsync(
        Guid batchId,
        StatementToRun statement,
        IReadOnlyDictionary<Guid, long>? counts,
        PeopleOfBatch whose,
        CancellationToken cancellationToken
    ) =>
        await requests.WriteAsync(
            async db =>
            {
                var items = await BatchItems.Of(db, batchId, statement).ToListAsync(cancellationToken);
                var inForce = await HeldPeople.InForceAsync(
                    db,
                    statement.Dataset,
                    whose,
                    time.GetUtcNow(),
                    cancellationToken
                );
                RequestItem[] held = [.. items.Where(item => inForce.ContainsKey(item.RequestId))];
                if (held.Length == items.Count)
                {
                    Array.ForEach(held, item => item.Wait(inForce[item.RequestId]));
                    return ((RequestItem?)null, Next.Held);
                }

                if (held.Length > 0)
                {
                    await BatchSplits.NoteAsync(
                        db,
                        batchId,
                        [.. held.Select(item => item.RequestId)],
                        [.. items.Except(held).Select(item => item.RequestId)],
                        cancellationToken
                    );
                    return (null, Next.Split);
                }

                foreach (var item in items)
                {
                    item.Begin(
                        RequestKeySets.JobId(batchId, statement.Dataset, statement.Round),
                        counts is null ? null : BatchCounts.Of(counts, item.RequestId),
                        time.GetUtcNow()
                    );
                }

                return (items[0], Next.Run);
            },
            cancellationToken
        );

    private async Task<(ErasureOutcome? Outcome, Fault? Failure)> TryRunAsync(
        Guid batchId,
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
            var job = new ErasureJob(item.JobId!, RequestKeySets.Owned(batchId), table.Dataset, table.Columns, action);
            var answer = await warehouse.EraseAsync(job, cancellationToken);
            if (answer.TryGet(out var outcome))
            {
                return (outcome, null);
            }

            LogStatementFailed(item.Dataset, batchId, answer.Refusal!.Code);
            return (null, Fault.Of(answer.Refusal, time.GetUtcNow()));
        }
        catch (ErasureInvariantException exception)
        {
            // It names the table and counts, and no value.
            LogCountsDoNotAddUp(batchId, exception.Message);
            return (null, new Fault(CountsDoNotAddUp, IsFinal: true, Counts: true));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (null, await FaultOfAsync(batchId, item.Dataset, exception, cancellationToken));
        }
    }

    private async Task<Fault> FaultOfAsync(
        Guid batchId,
        string dataset,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        var refusal = (exception as WarehouseException)?.Refusal;
        LogStatementFailed(dataset, batchId, refusal?.Code ?? exception.GetType().Name);
        return refusal is null ? await WarehouseFaultAsync(cancellationToken) : Fault.Of(refusal, time.GetUtcNow());
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

    private Task<bool> KeepAsync(
        Guid batchId,
        StatementToRun statement,
        ErasureOutcome? outcome,
        Fault? failure,
        CancellationToken cancellationToken
    ) =>
        requests.WriteAsync(
            async db =>
            {
                var items = await BatchItems.Of(db, batchId, statement).ToListAsync(cancellationToken);
                var shares = outcome is null ? null : BatchCounts.Share(items, outcome.Matched);
                foreach (var item in items)
                {
                    if (outcome is not null && shares is not null)
                    {
                        item.Keep(outcome, shares[item.RequestId]);
                    }
                    else
                    {
                        Fail(item, failure ?? new Fault(CountsDoNotAddUp, IsFinal: true, Counts: true));
                    }
                }

                return true;
            },
            cancellationToken
        );

    private void Fail(RequestItem item, Fault failure)
    {
        item.Attempts += failure.Counts ? 1 : 0;
        item.Code = failure.Code;
        item.Verdict =
            failure.IsFinal || item.Attempts >= options.Value.MaxAttempts ? ItemVerdict.FailedTerminal
            : failure.Until is null ? ItemVerdict.FailedRetryable
            : ItemVerdict.BlockedUntil;
    }

    private Task<bool> EndAsync(Guid batchId, DateTimeOffset? blockedUntil, CancellationToken cancellationToken) =>
        requests.ChangeBatchAsync(
            batchId,
            async (db, batch) =>
            {
                var all = true;
                foreach (var request in batch.Where(request => request.State is RequestState.Executing))
                {
                    all &= await EndAsync(db, request, blockedUntil, cancellationToken);
                }

                return all;
            },
            cancellationToken
        );

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

        if (request.Items.Exists(item => item.Verdict is ItemVerdict.BlockedUntil && !item.IsHeld))
        {
            // Nothing has failed: no attempt is counted, and no pause grows.
            request.NextAttemptAt = blockedUntil ?? (time.GetUtcNow() + RetryPause.After(1, options.Value.FirstPause));
            return false;
        }

        if (request.Items.Exists(item => item.IsHeld))
        {
            request.IsHeld = true;
            request.NextAttemptAt = request.Items.Where(item => item.IsHeld).Min(item => item.HeldUntil);
            return false;
        }

        request.IsHeld = false;
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

    [LoggerMessage(LogLevel.Warning, "The statement on {Table} of batch {BatchId} failed: {Fault}. It is tried again.")]
    private partial void LogStatementFailed(string table, Guid batchId, string fault);

    [LoggerMessage(LogLevel.Error, "The counts of batch {BatchId} do not add up. {Counts}")]
    private partial void LogCountsDoNotAddUp(Guid batchId, string counts);

    private const string CountsDoNotAddUp = "counts_do_not_add_up";

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;

    private enum Next
    {
        Run,
        Held,
        Split,
    }

    private sealed record Fault(string Code, bool IsFinal, bool Counts, DateTimeOffset? Until = null)
    {
        // A full queue is asked again so often.
        private static readonly TimeSpan s_busyPause = TimeSpan.FromMinutes(1);

        // What passes by itself is waited for without an end; what somebody must mend is tried a few times.
        public static Fault Of(Refusal refusal, DateTimeOffset now) =>
            new(
                refusal.Code,
                IsFinal: false,
                Counts: !refusal.IsTransient,
                refusal.Kind switch
                {
                    RefusalKind.NotYet => refusal.Until,
                    RefusalKind.Busy => now + s_busyPause,
                    _ => null,
                }
            );
    }
}
