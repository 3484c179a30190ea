using Governance.Policies.Views;

namespace Governance.Tests.Rego.Partial;

/// <summary>A condition in one line, for tests to be read.</summary>
internal static class ConditionText
{
    public static string Of(RowCondition condition) =>
        condition switch
        {
            AllOf { Conditions.IsEmpty: true } => "everything",
            AnyOf { Conditions.IsEmpty: true } => "nothing",
            AllOf all => string.Join(" and ", all.Conditions.Select(Of)),
            AnyOf any => string.Join(" or ", any.Conditions.Select(one => one is AllOf ? $"({Of(one)})" : Of(one))),
            Negation not => $"not {Of(not.Condition)}",
            Comparison own => $"{own.Column} {Sign(own.Operator)} {Of(own.Value)}",
            Membership own => $"{own.Column} in [{string.Join(", ", own.Values.Select(Of))}]",
            TextMatch own => $"{own.Column} {own.Place} '{own.Text}'",
            Presence own => $"{own.Column} is there",
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };

    private static string Of(Constant value) =>
        value switch
        {
            TextConstant text => $"'{text.Value}'",
            NumberConstant number => number.Value,
            BooleanConstant { Value: true } => "true",
            _ => "false",
        };

    private static string Sign(ComparisonOperator how) =>
        how switch
        {
            ComparisonOperator.Equal => "==",
            ComparisonOperator.NotEqual => "!=",
            ComparisonOperator.Less => "<",
            ComparisonOperator.LessOrEqual => "<=",
            ComparisonOperator.Greater => ">",
            _ => ">=",
        };
}
