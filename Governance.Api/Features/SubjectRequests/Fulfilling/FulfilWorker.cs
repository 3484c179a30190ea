using Governance.Api.Configuration;
using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>
/// Carries out approved requests that are no erasures, one after the other, the oldest first; and destroys archives whose time is over. Of
/// several processes one carries a request; when that one dies, another goes on with it.
/// </summary>
internal sealed partial class FulfilWorker(
    IStateStore state,
    SubjectRequestStore requests,
    FulfilExecutor executor,
    ExportExpiry expiry,
    FulfilSignal signal,
    ISharedLocks locks,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options,
    ILogger<FulfilWorker> logger
) : Worker
{
    /// <summary>Carries every request that is due as far as it goes, and destroys what is over.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await expiry.RunAsync(cancellationToken);
        foreach (var id in await DueAsync(cancellationToken))
        {
            await using var claim = await locks.TryTakeAsync($"request/{id}", cancellationToken);
            if (claim is not null)
            {
                await CarryAsync(id, claim, cancellationToken);
            }
        }
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
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
            if ((await DueAsync(held.Token)).Contains(id))
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
            await requests.ChangeAsync(
                id,
                request =>
                {
                    request.Attempts++;
                    request.NextAttemptAt =
                        refusal?.Until
                        ?? (time.GetUtcNow() + RetryPause.After(request.Attempts, options.Value.FirstPause));
                },
                cancellationToken
            );
        }
    }

    private Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        RequestState[] working = [RequestState.Queued, RequestState.Executing, RequestState.Verifying];
        var now = time.GetUtcNow();
        return state.ReadAsync(
            db =>
                db.Set<SubjectRequest>()
                    .Where(request => request.Type != RequestTypes.Erasure)
                    .Where(request => request.NextAttemptAt == null || request.NextAttemptAt <= now)
                    .Where(request =>
                        working.Contains(request.State)
                        || (
                            request.EndedAt != null
                            && request.HasKeySets
                            && (request.Limit == null || request.Limit.LiftedAt != null)
                        )
                    )
                    .OrderBy(request => request.ApprovedAt)
                    .Select(request => request.Id)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
    }

    [LoggerMessage(LogLevel.Warning, "The claim on request {RequestId} was lost. Whoever has it goes on.")]
    private partial void LogClaimLost(Guid requestId);

    [LoggerMessage(LogLevel.Warning, "A step of request {RequestId} failed: {Fault}. It is tried again.")]
    private partial void LogStepFailed(Guid requestId, string fault);

    [LoggerMessage(LogLevel.Error, "The worker could not look for requests: {Fault}. It tries again.")]
    private partial void LogWorkerFailed(string fault);
}
