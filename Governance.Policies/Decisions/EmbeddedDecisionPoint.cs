using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>Decides in this process, by the embedded evaluator.</summary>
/// <param name="policies">The policies.</param>
/// <param name="limits">What one decision may cost.</param>
/// <param name="time">The clock.</param>
public sealed class EmbeddedDecisionPoint(IPolicySnapshots policies, EvaluationLimits limits, TimeProvider time)
    : IPolicyDecisionPoint
{
    /// <inheritdoc/>
    public ValueTask<AccessDecision> DecideAccessAsync(AccessQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            Decide(
                snapshot =>
                    snapshot.Access.Value(DecisionInput.Of(question, time.GetUtcNow()), Options(cancellationToken)),
                (answer, stamp) => DecisionAnswer.Access(answer, question, stamp),
                AccessDecision.Denied
            )
        );

    /// <inheritdoc/>
    public ValueTask<RowDecision> RowConditionAsync(RowQuestion question, CancellationToken cancellationToken)
    {
        if (policies.Current is not { } snapshot)
        {
            return ValueTask.FromResult(RowDecision.Denied(NoPolicies, PolicyStamp.None));
        }

        try
        {
            var condition = snapshot
                .RowsOf(question.Dataset)
                .Of(question.Rule, DecisionInput.Of(question), Options(cancellationToken));
            return ValueTask.FromResult(new RowDecision(condition, [], snapshot.Stamp));
        }
        catch (Exception exception) when (ReasonOf(exception) is { } reason)
        {
            return ValueTask.FromResult(RowDecision.Denied(reason, snapshot.Stamp));
        }
    }

    /// <inheritdoc/>
    public ValueTask<EndpointDecision> MayCallAsync(EndpointQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            Decide(
                snapshot => snapshot.Endpoint.Value(DecisionInput.Of(question), Options(cancellationToken)),
                DecisionAnswer.Endpoint,
                EndpointDecision.Denied
            )
        );

    /// <inheritdoc/>
    public ValueTask<ApprovalDecision> MayApproveAsync(
        ApprovalQuestion question,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            Decide(
                snapshot => snapshot.Approval.Value(DecisionInput.Of(question), Options(cancellationToken)),
                DecisionAnswer.Approval,
                ApprovalDecision.Denied
            )
        );

    /// <inheritdoc/>
    public ValueTask<ObjectionDecision> DecideObjectionAsync(
        ObjectionQuestion question,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            Decide(
                snapshot => snapshot.Objection.Value(DecisionInput.Of(question), Options(cancellationToken)),
                (answer, stamp) => DecisionAnswer.Objection(answer, question, stamp),
                ObjectionDecision.Denied
            )
        );

    /// <inheritdoc/>
    public ValueTask<PolicyReadiness> ReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            (policies.Current, policies.Fault) switch
            {
                (null, var fault) => new PolicyReadiness(
                    false,
                    false,
                    fault ?? "No policies are loaded.",
                    PolicyStamp.None
                ),
                ({ Stamp: var stamp }, null) => new PolicyReadiness(
                    true,
                    false,
                    $"embedded, version {stamp.Version}, {stamp.Hash[..12]}",
                    stamp
                ),
                ({ Stamp: var stamp }, { } fault) => new PolicyReadiness(
                    true,
                    true,
                    $"degraded: version {stamp.Version}, {stamp.Hash[..12]} stays in force, a newer one is refused: {fault}",
                    stamp
                ),
            }
        );

    private static DecisionReason NoPolicies { get; } = new(DecisionReason.Unavailable, "No policies are in force.");

    private TDecision Decide<TDecision>(
        Func<PolicySnapshot, RegoValue?> ask,
        Func<RegoValue, PolicyStamp, TDecision> read,
        Func<DecisionReason, PolicyStamp, TDecision> deny
    )
    {
        if (policies.Current is not { } snapshot)
        {
            return deny(NoPolicies, PolicyStamp.None);
        }

        try
        {
            return ask(snapshot) is { } answer
                ? read(answer, snapshot.Stamp)
                : deny(DecisionReason.NoAnswer, snapshot.Stamp);
        }
        catch (Exception exception) when (ReasonOf(exception) is { } reason)
        {
            return deny(reason, snapshot.Stamp);
        }
    }

    private EvaluationOptions Options(CancellationToken cancellationToken) =>
        new()
        {
            Limits = limits,
            Time = time,
            Cancellation = cancellationToken,
        };

    /// <summary>Why there is no answer; <see langword="null"/> where the question was broken off.</summary>
    private static DecisionReason? ReasonOf(Exception exception) =>
        exception switch
        {
            OperationCanceledException => null,
            EvaluationException { Code: EvaluationException.Limit } limit => new DecisionReason(
                DecisionReason.TooCostly,
                limit.Message
            ),
            EvaluationException evaluation => new DecisionReason(
                DecisionReason.Failed,
                $"{evaluation.File}:{evaluation.Line}: {evaluation.Code}: {evaluation.Message}"
            ),
            PolicyLoadException load => new DecisionReason(DecisionReason.Failed, load.Faults[0].ToString()),
            FormatException or ArgumentException => new DecisionReason(DecisionReason.Failed, exception.Message),
            // Whatever it is: no answer is a no.
            _ => new DecisionReason(DecisionReason.Failed, exception.GetType().Name),
        };
}
