using Governance.Api.Configuration;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Carries out approved requests in batches, the oldest first; at start, those that a stop has cut off. It ends no
/// request that waits for a person. Of several processes one carries a batch; when that one dies, another goes on with it.
/// </summary>
internal sealed partial class ErasureWorker(
    SubjectRequestStore requests,
    ErasureBatches batches,
    ErasureExecutor executor,
    ErasureSignal signal,
    ScratchKeys scratch,
    ISharedLocks locks,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options,
    ILogger<ErasureWorker> logger
) : Worker
{
    /// <summary>Carries every request that is due as far as it goes.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await batches.FormAsync(cancellationToken);
        foreach (var id in await batches.DueAsync(cancellationToken))
        {
            await using var claim = await locks.TryTakeAsync($"erasure/{id}", cancellationToken);
            if (claim is not null)
            {
                await CarryAsync(id, claim, cancellationToken);
            }
        }
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var isCleared = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!isCleared)
                {
                    // A process that was killed while it looked may have left somebody's surrogates there.
                    await scratch.ClearAsync(stoppingToken);
                    isCleared = true;
                }

                await RunDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogWorkerFailed(exception.GetType().Name);
            }

            await signal.WaitAsync(options.Value.PollInterval, time, stoppingToken);
        }
    }

    private async Task CarryAsync(Guid id, ISharedLock claim, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        try
        {
            // Another process may have carried it between the look and the claim.
            if ((await batches.DueAsync(held.Token)).Contains(id))
            {
                await executor.RunAsync(id, held.Token);
            }
        }
        catch (Exception) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Another may carry it already: whatever failed here is no fault of the request.
            LogClaimLost(id);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var refusal = (exception as WarehouseException)?.Refusal;
            LogStepFailed(id, refusal?.Code ?? exception.GetType().Name);
            await PauseAsync(id, refusal, cancellationToken);
        }
    }

    private async Task PauseAsync(Guid batchId, Refusal? refusal, CancellationToken cancellationToken)
    {
        var batch = await requests.ReadBatchAsync(batchId, cancellationToken);
        await requests.ChangeManyAsync(
            [
                .. batch
                    .Where(request => request.State.IsForWorker() || request.HasKeySets)
                    .Select(request => request.Id),
            ],
            (_, some) =>
            {
                foreach (var request in some)
                {
                    request.Attempts++;
                    request.NextAttemptAt =
                        refusal?.Until
                        ?? (time.GetUtcNow() + RetryPause.After(request.Attempts, options.Value.FirstPause));
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
    }

    [LoggerMessage(LogLevel.Warning, "The claim on batch {BatchId} was lost. Whoever has it goes on.")]
    private partial void LogClaimLost(Guid batchId);

    [LoggerMessage(LogLevel.Warning, "A step of batch {BatchId} failed: {Fault}. It is tried again.")]
    private partial void LogStepFailed(Guid batchId, string fault);

    [LoggerMessage(LogLevel.Error, "The worker could not look for requests: {Fault}. It tries again.")]
    private partial void LogWorkerFailed(string fault);
}
