using Governance.Api.Features.Access.Grants;
using Governance.Api.Identity;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.ReadGrants;

/// <summary>Who may see a grant, and do what to it: the policies say.</summary>
internal sealed class GrantReading(GrantStore grants, IPolicyDecisionPoint policies)
{
    /// <summary>A grant; <see langword="null"/> where there is none, or where it is not theirs to see.</summary>
    public async Task<Grant?> FindAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        await grants.FindAsync(id, cancellationToken) is { } grant
        && await MayAsync(ApprovalAct.Read, grant, actor, cancellationToken)
            ? grant
            : null;

    /// <summary>Whether they may.</summary>
    public async Task<bool> MayAsync(ApprovalAct act, Grant grant, Actor actor, CancellationToken cancellationToken) =>
        (await AskAsync(act, grant, actor, cancellationToken)).Allowed;

    /// <summary>Whether they may, and why not.</summary>
    public async Task<ApprovalDecision> AskAsync(
        ApprovalAct act,
        Grant grant,
        Actor actor,
        CancellationToken cancellationToken
    ) =>
        await policies.MayApproveAsync(
            new ApprovalQuestion(PolicySubjects.Of(actor), act, grant.ForApproval),
            cancellationToken
        );
}
