using System.Collections.Immutable;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;

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
)
{
    /// <summary>The columns, dates or instants, that are shown less exactly. Default: none.</summary>
    public ImmutableDictionary<string, Generalization> Generalized { get; init; } =
        ImmutableDictionary<string, Generalization>.Empty;

    /// <summary>
    /// From then on the view shows nothing, by the warehouse's own clock and also where nobody takes it away. Default: it shows for as
    /// long as it stands.
    /// </summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// Prefixes of names of key sets: rows that somebody in one of them owns are left out, now and later (a restriction of processing, an
    /// objection). Letters, digits, <c>_</c>, <c>-</c>, <c>.</c> and <c>*</c>. Default: none, and nothing is asked of the rows.
    /// </summary>
    public ImmutableArray<string> Without { get; init; } = [];

    /// <summary>Where set, only groups of so many people are answered. Default: rows are shown.</summary>
    public SmallestGroup? SmallestGroup { get; init; }
}
