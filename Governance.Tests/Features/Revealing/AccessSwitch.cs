using Governance.Policies.Decisions;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Revealing;

/// <summary>The service's own decisions, and another one about access where a test wants to see what comes of it.</summary>
internal sealed class AccessSwitch
{
    /// <summary>What is decided instead, given the question and the real decision.</summary>
    public Func<AccessQuestion, AccessDecision, AccessDecision>? Instead { get; set; }

    /// <summary>Stands before the decision point that is registered.</summary>
    public void Insert(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IPolicyDecisionPoint));
        services.AddSingleton<IPolicyDecisionPoint>(provider => new Switched(
            this,
            (IPolicyDecisionPoint)real.ImplementationFactory!(provider)
        ));
    }

    private sealed class Switched(AccessSwitch access, IPolicyDecisionPoint real) : IPolicyDecisionPoint
    {
        public async ValueTask<AccessDecision> DecideAccessAsync(
            AccessQuestion question,
            CancellationToken cancellationToken
        )
        {
            var decision = await real.DecideAccessAsync(question, cancellationToken);
            return access.Instead?.Invoke(question, decision) ?? decision;
        }

        public ValueTask<RowDecision> RowConditionAsync(RowQuestion question, CancellationToken cancellationToken) =>
            real.RowConditionAsync(question, cancellationToken);

        public ValueTask<EndpointDecision> MayCallAsync(
            EndpointQuestion question,
            CancellationToken cancellationToken
        ) => real.MayCallAsync(question, cancellationToken);

        public ValueTask<ApprovalDecision> MayApproveAsync(
            ApprovalQuestion question,
            CancellationToken cancellationToken
        ) => real.MayApproveAsync(question, cancellationToken);

        public ValueTask<ObjectionDecision> DecideObjectionAsync(
            ObjectionQuestion question,
            CancellationToken cancellationToken
        ) => real.DecideObjectionAsync(question, cancellationToken);

        public ValueTask<PolicyReadiness> ReadinessAsync(CancellationToken cancellationToken) =>
            real.ReadinessAsync(cancellationToken);
    }
}
