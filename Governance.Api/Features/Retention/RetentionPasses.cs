using System.Globalization;
using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Retention;

/// <summary>
/// Takes away what contracts keep for a time only, once a day for each dataset: the same statement, counts and control sums as an erasure,
/// with the rows' age in place of keys. What a legal hold or a restriction of processing keeps is left out.
/// </summary>
internal sealed partial class RetentionPasses(
    IStateStore state,
    ILedger ledger,
    IContractCatalogSource contracts,
    ICatalogRefresh refresh,
    IWarehouse warehouse,
    IKeptPeople kept,
    TimeProvider time,
    IOptions<RetentionOptions> options,
    ILogger<RetentionPasses> logger
)
{
    /// <summary>As ledger and log name it.</summary>
    public const string Actor = "system:retention";

    /// <summary>Runs every pass that is due.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await refresh.RefreshAsync(cancellationToken);
        foreach (var dataset in contracts.Current.Datasets.Where(dataset => dataset.Retention is not null))
        {
            if (await BeginAsync(dataset, cancellationToken) is { } run)
            {
                await RunAsync(dataset, run, cancellationToken);
            }
        }
    }

    /// <summary>The job of a pass. Its key set names whom it leaves out.</summary>
    public static ErasureJob Job(Dataset dataset, string jobId, DateTimeOffset before) =>
        new(jobId, HeldSet(dataset), dataset, OwnedColumns(dataset), ActionOf(dataset)) { OlderThan = before };

    /// <summary>What becomes of expired rows: as with an erasure, a dataset that is cleared keeps its rows without what is personal.</summary>
    public static ErasureAction ActionOf(Dataset dataset) =>
        dataset.OnErasure.Action is ErasureAction.Clear ? ErasureAction.Clear : ErasureAction.Delete;

    private static Column[] OwnedColumns(Dataset dataset) =>
        [.. dataset.Identifiers().Where(column => column.Link == Link.Owns)];

    private static string HeldSet(Dataset dataset) => $"retention-held-{dataset.Name}";

    // The day's run; none where it has ended, or is to be left alone.
    private Task<RetentionRun?> BeginAsync(Dataset dataset, CancellationToken cancellationToken) =>
        state.WriteAsync(
            async db =>
            {
                var now = time.GetUtcNow();
                var before = RetentionClock.Before(dataset.Retention!, now);
                var run = await db.Set<RetentionRun>()
                    .Where(one => one.Dataset == dataset.Name && one.Before == before)
                    .OrderByDescending(one => one.StartedAt)
                    .FirstOrDefaultAsync(cancellationToken);
                if (run is { EndedAt: not null } || run?.NextAttemptAt > now)
                {
                    return null;
                }

                if (run is null)
                {
                    run = new RetentionRun
                    {
                        JobId = string.Create(
                            CultureInfo.InvariantCulture,
                            $"retention-{dataset.Name}-{before:yyyyMMdd}-{RetentionClock.Text(dataset.Retention!)}"
                        ),
                        Dataset = dataset.Name,
                        Period = RetentionClock.Text(dataset.Retention!),
                        Action = ActionOf(dataset) is ErasureAction.Clear ? "clear" : "delete",
                        Before = before,
                        StartedAt = now,
                        Verdict = "running",
                    };
                    db.Add(run);
                }

                return run;
            },
            cancellationToken
        );

    private async Task RunAsync(Dataset dataset, RetentionRun run, CancellationToken cancellationToken)
    {
        ErasureOutcome? outcome = null;
        Refusal? refusal = null;
        string? code = null;
        var left = 0L;
        try
        {
            var job = Job(dataset, run.JobId, run.Before);
            await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
            await HoldAsync(dataset, job.KeySet, cancellationToken);
            var answer = await warehouse.EraseAsync(job, cancellationToken);
            if (answer.TryGet(out outcome))
            {
                left = (await warehouse.CountAsync(job, cancellationToken)).Matched;
            }

            refusal = answer.Refusal;
            await warehouse.DropKeysAsync(job.KeySet, cancellationToken);
        }
        catch (ErasureInvariantException exception)
        {
            LogCountsDoNotAddUp(dataset.Name, exception.Message);
            code = "counts_do_not_add_up";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            refusal = (exception as WarehouseException)?.Refusal;
            code = refusal?.Code ?? "warehouse_away";
            outcome = null;
            LogPassFailed(dataset.Name, code);
        }

        await KeepAsync(run, outcome, left, refusal, code ?? refusal?.Code, cancellationToken);
    }

    // Kept in the warehouse only while the statement runs.
    private async Task HoldAsync(Dataset dataset, string keySet, CancellationToken cancellationToken)
    {
        await warehouse.DropKeysAsync(keySet, cancellationToken);
        await warehouse.AddKeysAsync(keySet, await kept.InAsync(dataset.Name, cancellationToken), cancellationToken);
    }

    private Task KeepAsync(
        RetentionRun begun,
        ErasureOutcome? outcome,
        long left,
        Refusal? refusal,
        string? code,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync(
            async db =>
            {
                var run = await db.Set<RetentionRun>().SingleAsync(one => one.JobId == begun.JobId, cancellationToken);
                if (outcome is not null)
                {
                    Verify(run, outcome, left);
                }
                else
                {
                    Fail(run, refusal, code!);
                }

                // A day on which nothing was old enough is no act.
                if (run.EndedAt is not null && run.Verdict != "nothing_found")
                {
                    await ledger.AppendAsync(
                        db,
                        new LedgerFact(
                            Actor,
                            "retention.expired",
                            $"dataset/{run.Dataset}",
                            new LedgerDetails
                            {
                                { "before", run.Before.ToString("O", CultureInfo.InvariantCulture) },
                                { "period", run.Period },
                                { "action", run.Action },
                                { "verdict", run.Verdict },
                                { "rows", run.Matched ?? 0 },
                            }
                        ),
                        cancellationToken
                    );
                }
            },
            cancellationToken
        );

    // after = before − matched, none left, and the rows that must not change have not.
    private void Verify(RetentionRun run, ErasureOutcome outcome, long left)
    {
        run.RowsBefore = outcome.RowsBefore;
        run.Matched = outcome.Matched;
        run.RowsAfter = outcome.RowsAfter;
        run.MatchedAfter = left;
        run.ControlUnchanged = outcome.ControlBefore == outcome.ControlAfter;
        run.Code = left > 0 ? "rows_found_afterwards" : null;
        run.Verdict =
            left > 0 || run.ControlUnchanged != true ? "failed_terminal"
            : outcome.Matched > 0 ? "erased_verified"
            : "nothing_found";
        run.NextAttemptAt = null;
        run.EndedAt = time.GetUtcNow();
    }

    private void Fail(RetentionRun run, Refusal? refusal, string code)
    {
        run.Code = code;
        if (refusal is { Kind: RefusalKind.NotYet, Until: { } until })
        {
            run.Verdict = "blocked_until";
            run.NextAttemptAt = until;
            return;
        }

        run.Attempts += refusal?.IsTransient == true ? 0 : 1;
        run.Verdict = "failed_retryable";
        run.NextAttemptAt = time.GetUtcNow() + RetryPause.After(run.Attempts + 1, options.Value.FirstPause);
        if (code == "counts_do_not_add_up" || run.Attempts >= options.Value.MaxAttempts)
        {
            run.Verdict = "failed_terminal";
            run.EndedAt = time.GetUtcNow();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The retention of {Dataset} failed: {Fault}. It is tried again.")]
    private partial void LogPassFailed(string dataset, string fault);

    [LoggerMessage(LogLevel.Error, "The counts of the retention of {Dataset} do not add up. {Counts}")]
    private partial void LogCountsDoNotAddUp(string dataset, string counts);
}
