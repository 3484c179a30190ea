using Governance.Api.Features.Access.Preview;
using Governance.Api.Features.Access.Requests;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.Simulate;

/// <summary>What would change, were other policies in force. Nothing is changed.</summary>
/// <param name="InForce">The policies in force.</param>
/// <param name="Simulated">The other ones.</param>
/// <param name="Counts">How many grants would end, change, stay, or be left undecided.</param>
/// <param name="Grants">Those that would not stay as they are.</param>
/// <param name="Views">The views that would change or go.</param>
/// <param name="RowRules">The row rules that would come, go, or name others.</param>
/// <param name="Requests">Open requests that would be answered otherwise.</param>
internal sealed record SimulationView(
    PolicyStamp InForce,
    PolicyStamp Simulated,
    SimulationCounts Counts,
    IReadOnlyList<SimulatedGrant> Grants,
    IReadOnlyList<SimulatedView> Views,
    IReadOnlyList<SimulatedRowRule> RowRules,
    IReadOnlyList<SimulatedRequest> Requests
);

/// <summary>How many grants in force would become what.</summary>
internal sealed record SimulationCounts(int Grants, int Unchanged, int Changed, int Ended, int Undecided);

/// <summary>What would become of a grant.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Person">Who holds it.</param>
/// <param name="Dataset">Its dataset.</param>
/// <param name="Purpose">Its purpose.</param>
/// <param name="Outcome"><c>changed</c>, <c>ends</c> or <c>undecided</c>.</param>
/// <param name="Reasons">Why it ends, or why nobody could decide.</param>
/// <param name="ColumnsLost">Columns that it would show no longer.</param>
/// <param name="ColumnsLessExact">Columns that it would show less exactly.</param>
/// <param name="RowsBefore">The rows that it shows, and how many there are now.</param>
/// <param name="RowsAfter">The rows that it would show, and how many of them there are now.</param>
/// <param name="UntilBefore">When it ends.</param>
/// <param name="UntilAfter">When it would end.</param>
internal sealed record SimulatedGrant(
    Guid Id,
    string Person,
    string Dataset,
    string Purpose,
    string Outcome,
    IReadOnlyList<DecisionReason> Reasons,
    IReadOnlyList<string> ColumnsLost,
    IReadOnlyList<string> ColumnsLessExact,
    SimulatedRows RowsBefore,
    SimulatedRows? RowsAfter,
    DateTimeOffset UntilBefore,
    DateTimeOffset UntilAfter
);

/// <summary>Rows in words, and how many they are; no number where only groups are answered or the table cannot be asked.</summary>
internal sealed record SimulatedRows(string Words, RowCountView? Now);

/// <summary>A view's statement before and after; none where the view would go.</summary>
internal sealed record SimulatedView(Guid Grant, string Name, string? SqlBefore, string? SqlAfter);

/// <summary>A row rule, and how many it names before and after.</summary>
internal sealed record SimulatedRowRule(string Dataset, string Name, string Words, int MembersBefore, int MembersAfter);

/// <summary>An open request that would be answered otherwise.</summary>
internal sealed record SimulatedRequest(Guid Id, string Dataset, string Purpose, DecisionView After);
