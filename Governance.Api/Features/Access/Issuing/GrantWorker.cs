using Governance.Api.Configuration;
using Governance.Api.Features.Access.Grants;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>
/// Carries out grants, ends them on time, and compares the warehouse with them: when something is signalled, when the next grant ends, when
/// policies or contracts change, and every now and then. It stands next to any number of others.
/// </summary>
internal sealed partial class GrantWorker(
    GrantStore grants,
    DatasetReconciler reconciler,
    GrantRevisions revisions,
    GrantFindings findings,
    GrantSignal signal,
    IPolicyDecisionPoint policies,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    TimeProvider time,
    IOptions<AccessOptions> options,
    ILogger<GrantWorker> logger
) : Worker
{
    private DateTimeOffset? _lookedAt;
    private string? _policy;
    private ContractCatalog? _catalog;

    /// <summary>Does what is due: all of it now and then, and where something has changed; else what waits.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var policy = (await policies.ReadinessAsync(cancellationToken)).Policy.Hash;
        var catalog = contracts.Current;
        var isChanged = policy != _policy || !ReferenceEquals(catalog, _catalog);
        if (isChanged || _lookedAt is not { } last || time.GetUtcNow() - last >= options.Value.ReconcileInterval)
        {
            await LookAsync(cancellationToken);
            (_lookedAt, _policy, _catalog) = (time.GetUtcNow(), policy, catalog);
            return;
        }

        foreach (var dataset in await DueAsync(cancellationToken))
        {
            await reconciler.RunAsync(dataset, StandingObjects.OneByOne(warehouse), cancellationToken);
        }
    }

    /// <summary>Decides anew, compares all that stands with all that is granted, and tells what nobody granted.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await revisions.RunAsync(cancellationToken);
        var standing = await StandingObjects.AllAsync(warehouse, cancellationToken);
        // Before anything is taken away: else this look would still show it, and it would be told as having come back.
        await findings.LookAsync(standing.Views!, cancellationToken);
        foreach (var dataset in await OpenDatasetsAsync(cancellationToken))
        {
            await reconciler.RunAsync(dataset, standing, cancellationToken);
        }
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = options.Value.PollInterval;
            try
            {
                await RunDueAsync(stoppingToken);
                pause = await PauseAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed((exception as WarehouseException)?.Refusal.Code ?? exception.GetType().Name);
            }

            await signal.WaitAsync(pause, time, stoppingToken);
        }
    }

    // Until the next look, or until the next grant ends.
    private async Task<TimeSpan> PauseAsync(CancellationToken cancellationToken)
    {
        var ends = await grants.ReadAsync(
            all =>
                all.Where(grant => grant.End == null && GrantStates.Open.Contains(grant.State))
                    .OrderBy(grant => grant.Until)
                    .Take(1),
            cancellationToken
        );
        var poll = options.Value.PollInterval;
        var next = ends is [var grant] ? grant.Until - time.GetUtcNow() : poll;
        return next >= poll ? poll
            : next > TimeSpan.Zero ? next
            : TimeSpan.FromMilliseconds(50);
    }

    private async Task<IEnumerable<string>> DueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await grants.ReadAsync(
            all =>
                all.Where(grant =>
                    GrantStates.Open.Contains(grant.State)
                    && (grant.State != GrantState.Verified || grant.End != null || grant.Until <= now)
                    && (grant.NextAttemptAt == null || grant.NextAttemptAt <= now)
                ),
            cancellationToken
        );
        return due.Select(grant => grant.Dataset).Distinct(StringComparer.Ordinal);
    }

    private async Task<IEnumerable<string>> OpenDatasetsAsync(CancellationToken cancellationToken) =>
        (await grants.ReadAsync(all => all.Where(grant => GrantStates.Open.Contains(grant.State)), cancellationToken))
            .Select(grant => grant.Dataset)
            .Distinct(StringComparer.Ordinal);

    [LoggerMessage(
        LogLevel.Warning,
        "The grants could not be compared with the warehouse: {Fault}. It is tried again."
    )]
    private partial void LogFailed(string fault);
}
