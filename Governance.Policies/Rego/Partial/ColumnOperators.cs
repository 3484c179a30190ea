using System.Collections.Frozen;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>A builtin that may be asked of a column.</summary>
internal sealed record ColumnOperator(
    ComparisonOperator? How = null,
    TextPlace? Place = null,
    bool IsMembership = false
);

/// <summary>The builtins that may be asked of a column; all others need the value.</summary>
internal static class ColumnOperators
{
    private static readonly FrozenDictionary<string, ColumnOperator> All = new Dictionary<string, ColumnOperator>(
        StringComparer.Ordinal
    )
    {
        ["equal"] = new(ComparisonOperator.Equal),
        ["neq"] = new(ComparisonOperator.NotEqual),
        ["lt"] = new(ComparisonOperator.Less),
        ["lte"] = new(ComparisonOperator.LessOrEqual),
        ["gt"] = new(ComparisonOperator.Greater),
        ["gte"] = new(ComparisonOperator.GreaterOrEqual),
        ["internal.member_2"] = new(IsMembership: true),
        ["startswith"] = new(Place: TextPlace.Start),
        ["endswith"] = new(Place: TextPlace.End),
        ["contains"] = new(Place: TextPlace.Anywhere),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ColumnOperator? Find(string builtin) => All.GetValueOrDefault(builtin);

    /// <summary>The same comparison with its sides changed.</summary>
    public static ComparisonOperator Turned(ComparisonOperator how) =>
        how switch
        {
            ComparisonOperator.Less => ComparisonOperator.Greater,
            ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
            ComparisonOperator.Greater => ComparisonOperator.Less,
            ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
            _ => how,
        };
}
