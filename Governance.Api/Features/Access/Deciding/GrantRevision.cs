using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>What the policies in force say of a grant that was given earlier.</summary>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Plan">What it shows from now on; <see langword="null"/> where it ends or nobody could decide.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Reasons">Why it ends, or why nobody could decide.</param>
/// <param name="Policy">By which policies.</param>
internal sealed record GrantRevision(
    RevisionOutcome Outcome,
    ViewPlan? Plan,
    DateTimeOffset Until,
    IReadOnlyList<DecisionReason> Reasons,
    PolicyStamp Policy
);

/// <summary>What becomes of a grant.</summary>
internal enum RevisionOutcome
{
    /// <summary>It shows what it showed.</summary>
    Unchanged,

    /// <summary>It shows other rows or less, or ends earlier.</summary>
    Changed,

    /// <summary>It would not be given today: it ends.</summary>
    Ends,

    /// <summary>Nobody could decide: what stands, stands until its end.</summary>
    Undecided,
}
