using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;

namespace Governance.Policies.Views;

/// <summary>What a decision comes to in the warehouse: the columns, the rows and the smallest group of a view.</summary>
/// <param name="Columns">The columns that are shown, none hidden, in the contract's order.</param>
/// <param name="Condition">The rows that are shown.</param>
/// <param name="SmallestGroup">Where set, only groups of so many people are answered.</param>
public sealed record ViewPlan(
    ImmutableArray<ColumnDecision> Columns,
    RowCondition Condition,
    SmallestGroup? SmallestGroup
)
{
    /// <summary>A smallest group is asked for, and no column tells the people of the dataset apart.</summary>
    public const string GroupsImpossible = "small_groups_impossible";

    /// <summary>The names of the columns.</summary>
    [JsonIgnore]
    public ImmutableArray<string> Names => [.. Columns.Select(column => column.Name)];

    /// <summary>Carries a decision over to the warehouse.</summary>
    /// <param name="dataset">The dataset, as its contract in force describes it.</param>
    /// <param name="decision">A decision that is no denial.</param>
    /// <param name="condition">The rows that were decided.</param>
    /// <returns>The plan, or why there is none.</returns>
    public static (ViewPlan? Plan, DecisionReason? Reason) Of(
        Dataset dataset,
        AccessDecision decision,
        RowCondition condition
    )
    {
        ImmutableArray<ColumnDecision> shown = [.. decision.Shown];
        if (decision.SmallestGroup < 2)
        {
            return (new ViewPlan(shown, condition, null), null);
        }

        // The column stands in the view to be counted; nobody is shown it.
        var subject = dataset.Columns.FirstOrDefault(column => TellsPeopleApart(dataset, column));
        if (subject is null)
        {
            return (
                null,
                new DecisionReason(
                    GroupsImpossible,
                    $"Groups of fewer than {decision.SmallestGroup} people must not be shown, and no column of the dataset tells its people apart. Ask for another dataset or purpose."
                )
            );
        }

        var names = shown.Select(column => column.Name).Append(subject.Name).ToHashSet(StringComparer.Ordinal);
        var counted = new ColumnDecision(
            subject.Name,
            ColumnShowing.Masked,
            [],
            null,
            "It is there to count people, and for nothing else."
        );
        return (
            new ViewPlan(
                [
                    .. dataset
                        .Columns.Where(column => names.Contains(column.Name))
                        .Select(column =>
                            shown.FirstOrDefault(one => one.Name == column.Name && one.Name != subject.Name) ?? counted
                        ),
                ],
                condition,
                new SmallestGroup(decision.SmallestGroup, subject.Name)
            ),
            null
        );
    }

    /// <summary>What both plans show: no column that either lacks, none more exactly than either, no smaller group. The rows are this one's.</summary>
    /// <param name="other">The other plan, of the same dataset.</param>
    /// <returns>The plan, without columns where they share none.</returns>
    public ViewPlan Within(ViewPlan other) =>
        new(
            [
                .. Columns
                    .Select(column =>
                        other.Columns.FirstOrDefault(one => one.Name == column.Name) is { } beside
                            ? Stricter(column, beside)
                            : null
                    )
                    .OfType<ColumnDecision>(),
            ],
            Condition,
            (SmallestGroup, other.SmallestGroup) switch
            {
                (null, var group) => group,
                (var group, null) => group,
                var (one, two) => one.Size >= two.Size ? one : two,
            }
        );

    /// <summary>The view of a grant.</summary>
    /// <param name="name">Its name; see <see cref="IssuedNames.OfView"/>.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="reader">Who may read it; see <see cref="Members"/>.</param>
    /// <param name="until">When the grant ends.</param>
    /// <param name="without">Whose rows are left out; see <see cref="ViewDefinition.Without"/>.</param>
    public ViewDefinition View(
        string name,
        Dataset dataset,
        string reader,
        DateTimeOffset until,
        ImmutableArray<string> without = default
    ) =>
        new(name, dataset, Names, Condition, [reader])
        {
            Without = without.IsDefault ? [] : without,
            Generalized = Columns
                .Where(column => column.Generalization is not null)
                .ToImmutableDictionary(
                    column => column.Name,
                    column => column.Generalization!.Value,
                    StringComparer.Ordinal
                ),
            Until = until,
            SmallestGroup = SmallestGroup,
        };

    /// <inheritdoc />
    public bool Equals(ViewPlan? other) =>
        other is not null
        && Columns.SequenceEqual(other.Columns, ColumnComparer.Instance)
        && Condition.Equals(other.Condition)
        && SmallestGroup == other.SmallestGroup;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Columns.Length, Condition, SmallestGroup);

    // A surrogate or a token of the record's own person: the same for all of their rows.
    private static bool TellsPeopleApart(Dataset dataset, Column column) =>
        column.Name == dataset.Subject?.Identifier && column.Masking is { Method: "surrogate" or "token" or "fpe" };

    // What stands masked in the table can still be cut, and is where either cuts it.
    private static ColumnDecision Stricter(ColumnDecision one, ColumnDecision other)
    {
        var strict = one.Showing <= other.Showing ? one : other;
        Generalization? cut =
            one.Generalization is { } own && other.Generalization is { } theirs
                ? (Generalization)Math.Max((int)own, (int)theirs)
                : one.Generalization ?? other.Generalization;
        return strict with
        {
            Revealable = [.. one.Revealable.Intersect(other.Revealable, StringComparer.Ordinal)],
            Showing = cut is null ? strict.Showing : ColumnShowing.Generalized,
            Generalization = cut,
        };
    }

    /// <summary>Columns are the same where the warehouse shows, and reveal gives, the same of them; words may differ.</summary>
    private sealed class ColumnComparer : IEqualityComparer<ColumnDecision>
    {
        public static ColumnComparer Instance { get; } = new();

        public bool Equals(ColumnDecision? x, ColumnDecision? y) =>
            x is null || y is null
                ? x is null && y is null
                : x.Name == y.Name
                    && x.Showing == y.Showing
                    && x.Generalization == y.Generalization
                    && x.Revealable.SequenceEqual(y.Revealable, StringComparer.Ordinal);

        public int GetHashCode(ColumnDecision obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
