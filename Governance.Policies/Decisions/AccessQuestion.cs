using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Policies.Decisions;

/// <summary>May this person see this dataset, for this purpose, for this long?</summary>
/// <param name="Subject">Who asks.</param>
/// <param name="Dataset">The dataset, as its contract in force describes it: policies decide by that description.</param>
/// <param name="Purpose">The purpose's key, such as <c>settlement</c>.</param>
/// <param name="Columns">Names of the top-level columns that are asked for; all where it is empty.</param>
/// <param name="Duration">For how long, from now.</param>
public sealed record AccessQuestion(
    PolicySubject Subject,
    Dataset Dataset,
    string Purpose,
    ImmutableArray<string> Columns,
    TimeSpan Duration
)
{
    /// <summary>Whether it is an emergency: short, at once, and with an alarm. Default: no.</summary>
    public bool IsBreakGlass { get; init; }

    /// <summary>Why, in the person's own words; policies see only whether there are enough of them. Default: none.</summary>
    public string Justification { get; init; } = "";

    /// <summary>The grant that this would renew. Default: none.</summary>
    public HeldGrant? Renews { get; init; }
}

/// <summary>A grant that is to be renewed.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Purpose">What it was granted for.</param>
/// <param name="Columns">The top-level columns that it shows.</param>
/// <param name="UsedColumns">Those of them that were read.</param>
/// <param name="ApprovedByOwner">Whether an owner approved it.</param>
/// <param name="Renewals">How often it was renewed already.</param>
public sealed record HeldGrant(
    string Id,
    string Purpose,
    ImmutableArray<string> Columns,
    ImmutableArray<string> UsedColumns,
    bool ApprovedByOwner,
    int Renewals
);
