using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Policies.Views;

/// <summary>What some members may see of a dataset. The warehouse's view carries it out.</summary>
/// <param name="Name">
/// The view's name: letters, digits and underscores, a letter first, at most 100. It is never used again for another view: a
/// warehouse may honour a removed one for a day.
/// </param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Columns">Names of top-level columns that are shown, or <c>_event_time</c>; one at least.</param>
/// <param name="Condition">The rows that are shown.</param>
/// <param name="Readers">Who may read it; see <see cref="Members"/>.</param>
public sealed record ViewDefinition(
    string Name,
    Dataset Dataset,
    ImmutableArray<string> Columns,
    RowCondition Condition,
    ImmutableArray<string> Readers
);
