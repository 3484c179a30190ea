using Governance.Api.Features.Health;

namespace Governance.Api.Identity;

/// <summary>Who may call what is decided by roles, in this process: it is there whenever the process is.</summary>
internal sealed class PolicyHealth : IHealthPart
{
    public string Name => "policy";

    public ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(PartState.Up with { Detail = "roles, built in" });
}
