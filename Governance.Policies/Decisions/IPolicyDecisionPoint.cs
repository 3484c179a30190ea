namespace Governance.Policies.Decisions;

/// <summary>
/// Decides, by the policies in force. It never throws for want of an answer: undefined, an error, a time-out and a server that cannot be
/// reached are denials, with a reason that says so. Used by any number of threads.
/// </summary>
public interface IPolicyDecisionPoint
{
    /// <summary>May a dataset be seen, and how?</summary>
    ValueTask<AccessDecision> DecideAccessAsync(AccessQuestion question, CancellationToken cancellationToken);

    /// <summary>Which of its rows?</summary>
    ValueTask<RowDecision> RowConditionAsync(RowQuestion question, CancellationToken cancellationToken);

    /// <summary>May an endpoint be called?</summary>
    ValueTask<EndpointDecision> MayCallAsync(EndpointQuestion question, CancellationToken cancellationToken);

    /// <summary>May a person decide about a request?</summary>
    ValueTask<ApprovalDecision> MayApproveAsync(ApprovalQuestion question, CancellationToken cancellationToken);

    /// <summary>Which purposes may a person object to?</summary>
    ValueTask<ObjectionDecision> DecideObjectionAsync(ObjectionQuestion question, CancellationToken cancellationToken);

    /// <summary>Whether decisions can be made now, and by which policies.</summary>
    ValueTask<PolicyReadiness> ReadinessAsync(CancellationToken cancellationToken);
}

/// <summary>How the policies are.</summary>
/// <param name="IsReady">Whether decisions can be made.</param>
/// <param name="IsDegraded">Whether they are made by older policies than those on disk, which are at fault.</param>
/// <param name="Detail">Words for an operator.</param>
/// <param name="Policy">The policies in force.</param>
public sealed record PolicyReadiness(bool IsReady, bool IsDegraded, string Detail, PolicyStamp Policy);
