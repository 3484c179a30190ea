namespace Governance.Policies.Views;

/// <summary>A row condition in plain words, for whoever asks which rows a view shows.</summary>
public static class RowConditionWords
{
    /// <summary>Writes it, as the end of a sentence: <c>country is ENGLAND or WALES</c>; <c>every row</c>.</summary>
    public static string Of(RowCondition condition) =>
        condition switch
        {
            AllOf { Conditions.IsEmpty: true } => "every row",
            AnyOf { Conditions.IsEmpty: true } => "no row",
            AllOf all => string.Join(" and ", all.Conditions.Select(Part)),
            AnyOf any => string.Join(" or ", any.Conditions.Select(Part)),
            Negation { Condition: Presence presence } => $"{presence.Column} is missing",
            Negation not => $"not ({Of(not.Condition)})",
            Presence presence => $"{presence.Column} is there",
            Comparison comparison => $"{comparison.Column} {Word(comparison.Operator)} {Of(comparison.Value)}",
            Membership { Values.IsEmpty: true } => "no row",
            Membership membership => $"{membership.Column} is {string.Join(" or ", membership.Values.Select(Of))}",
            TextMatch match => $"{match.Column} {Word(match.Place)} '{match.Text}'",
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };

    private static string Part(RowCondition condition) =>
        condition is AllOf { Conditions.Length: > 1 } or AnyOf { Conditions.Length: > 1 }
            ? $"({Of(condition)})"
            : Of(condition);

    private static string Of(Constant constant) =>
        constant switch
        {
            TextConstant text => $"'{text.Value}'",
            NumberConstant number => number.Value,
            BooleanConstant truth => truth.Value ? "true" : "false",
            _ => throw new ArgumentOutOfRangeException(nameof(constant)),
        };

    private static string Word(ComparisonOperator comparison) =>
        comparison switch
        {
            ComparisonOperator.Equal => "is",
            ComparisonOperator.NotEqual => "is not",
            ComparisonOperator.Less => "is below",
            ComparisonOperator.LessOrEqual => "is at most",
            ComparisonOperator.Greater => "is above",
            ComparisonOperator.GreaterOrEqual => "is at least",
            _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
        };

    private static string Word(TextPlace place) =>
        place switch
        {
            TextPlace.Start => "begins with",
            TextPlace.End => "ends with",
            _ => "contains",
        };
}
