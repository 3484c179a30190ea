using Governance.Api.Features.Health;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Policies;

/// <summary>Whether decisions can be made, and by which policies.</summary>
internal sealed class PolicyHealth(IPolicyDecisionPoint policies) : IHealthPart
{
    public string Name => "policy";

    public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken)
    {
        var readiness = await policies.ReadinessAsync(cancellationToken);
        return new PartState(readiness.IsReady, readiness.Detail);
    }
}
