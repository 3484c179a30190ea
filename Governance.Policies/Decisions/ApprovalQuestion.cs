using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>May this person decide about this access request?</summary>
/// <param name="Subject">Who wants to decide.</param>
/// <param name="Act">What they want to do.</param>
/// <param name="Request">The request.</param>
public sealed record ApprovalQuestion(PolicySubject Subject, ApprovalAct Act, PendingRequest Request);

/// <summary>What can be decided about a request, or about the grant that came of it.</summary>
public enum ApprovalAct
{
    /// <summary>Say yes.</summary>
    Approve,

    /// <summary>Say no.</summary>
    Deny,

    /// <summary>End the grant before its time.</summary>
    Revoke,

    /// <summary>Read it, with its reasons and its SQL.</summary>
    Read,

    /// <summary>Ask for the grant to go on.</summary>
    Renew,
}

/// <summary>A request for access, as those see it who approve.</summary>
/// <param name="Requester">The id of who asked.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="OwnerTeam">The team that owns it.</param>
/// <param name="Purpose">The purpose's key.</param>
/// <param name="ApprovedBy">The ids of those who approved already.</param>
/// <param name="Approvals">How many have to; as <see cref="AccessDecision.Approvals"/> said.</param>
public sealed record PendingRequest(
    string Requester,
    string Dataset,
    string OwnerTeam,
    string Purpose,
    ImmutableArray<string> ApprovedBy,
    int Approvals
);
