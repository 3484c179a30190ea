using Governance.Policies.Rego.Values;

namespace Governance.Policies.Views;

/// <summary>Carries out conditions on rows that are at hand, as <see cref="RowCondition"/> says; warehouses are measured by it.</summary>
internal static class RowConditions
{
    /// <summary>Whether a row meets a condition: true, false, or null where a value that is asked about is missing.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="value">A column's value by its path; null where the row has none.</param>
    public static bool? Matches(RowCondition condition, Func<string, Constant?> value) =>
        condition switch
        {
            AllOf all => All(all.Conditions.Select(one => Matches(one, value))),
            AnyOf any => !All(any.Conditions.Select(one => !Matches(one, value))),
            Negation not => !Matches(not.Condition, value),
            Presence own => value(own.Column) is not null,
            Comparison own => value(own.Column) is { } found ? Compare(found, own.Operator, own.Value) : null,
            Membership own => value(own.Column) is { } found
                ? !All(own.Values.Select(one => !Compare(found, ComparisonOperator.Equal, one)))
                : null,
            TextMatch own => value(own.Column) is TextConstant { Value: var text } ? Match(text, own) : null,
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };

    /// <summary>How two constants are ordered; null where the one cannot be read as what the other is.</summary>
    public static int? Order(Constant value, Constant other) =>
        (value, other) switch
        {
            (TextConstant own, TextConstant text) => CodePointOrder.Compare(own.Value, text.Value),
            (NumberConstant own, NumberConstant number) => Order(own.Value, number.Value),
            (NumberConstant own, TextConstant text) => Order(own.Value, text.Value),
            (BooleanConstant own, BooleanConstant truth) => own.Value.CompareTo(truth.Value),
            (BooleanConstant own, TextConstant { Value: "true" or "false" } text) => own.Value.CompareTo(
                text.Value is "true"
            ),
            _ => null,
        };

    private static int? Order(string number, string other) =>
        NumberValue.Parse(number) is { } one && NumberValue.Parse(other) is { } two ? one.CompareTo(two) : null;

    private static bool? Compare(Constant value, ComparisonOperator how, Constant other) =>
        Order(value, other) is not { } order
            ? null
            : how switch
            {
                ComparisonOperator.Equal => order == 0,
                ComparisonOperator.NotEqual => order != 0,
                ComparisonOperator.Less => order < 0,
                ComparisonOperator.LessOrEqual => order <= 0,
                ComparisonOperator.Greater => order > 0,
                ComparisonOperator.GreaterOrEqual => order >= 0,
                _ => throw new ArgumentOutOfRangeException(nameof(how)),
            };

    private static bool Match(string text, TextMatch own) =>
        own.Place switch
        {
            TextPlace.Start => text.StartsWith(own.Text, StringComparison.Ordinal),
            TextPlace.End => text.EndsWith(own.Text, StringComparison.Ordinal),
            _ => text.Contains(own.Text, StringComparison.Ordinal),
        };

    private static bool? All(IEnumerable<bool?> answers)
    {
        bool? all = true;
        foreach (var answer in answers)
        {
            if (answer == false)
            {
                return false;
            }

            all &= answer;
        }

        return all;
    }
}
