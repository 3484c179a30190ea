using Governance.Api.Configuration;
using Governance.Policies.Decisions;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Policies;

/// <summary>Takes over policies that were changed while the service runs; faulty ones are refused, and those before stay in force.</summary>
internal sealed partial class PolicyReloader(
    PolicyStore store,
    IOptions<PoliciesOptions> options,
    TimeProvider time,
    ILogger<PolicyReloader> logger
) : Worker
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReloadInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Tell(store.Reload());
        }
    }

    private void Tell(PolicyReload reload)
    {
        switch (reload.Outcome)
        {
            case PolicyReloadOutcome.Taken:
                LogTaken(store.Current!.Stamp.Version, store.Current.Stamp.Hash);
                break;
            case PolicyReloadOutcome.Refused when reload.Faults.Count == 0:
                LogUnread(reload.Why);
                break;
            case PolicyReloadOutcome.Refused:
                foreach (var fault in reload.Faults)
                {
                    LogRefused(fault.File, fault.Line, fault.Column, fault.Code, fault.Message);
                }

                break;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The policies changed: version {Version}, hash {Hash} is in force"
    )]
    private partial void LogTaken(string version, string hash);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The changed policies are refused, and those before stay in force: {File}:{Line}:{Column}: {Code}: {Reason}"
    )]
    private partial void LogRefused(string file, int line, int column, string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Those policies stay in force that are: {Reason}")]
    private partial void LogUnread(string reason);
}
