using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Policies.Views;

/// <summary>
/// Rows of a dataset that some members may see, through whatever view. A dataset without rules shows what its views say; one with rules
/// shows nothing to whom no rule names.
/// </summary>
/// <param name="Name">Unique in the dataset: letters, digits and underscores, a letter first, at most 100.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Condition">The rows.</param>
/// <param name="Members">Whom it names; see <see cref="Views.Members"/>.</param>
public sealed record RowRule(string Name, Dataset Dataset, RowCondition Condition, ImmutableArray<string> Members);
