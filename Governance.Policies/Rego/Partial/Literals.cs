using System.Collections.Immutable;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>Conditions on one column, and what follows from one for another.</summary>
internal static class Literals
{
    /// <summary>True where the condition is false, false where it is true, and neither on a null.</summary>
    public static RowCondition Complement(RowCondition literal) =>
        literal switch
        {
            Negation not => not.Condition,
            Comparison { Operator: ComparisonOperator.Equal, Value: BooleanConstant value } own => own with
            {
                Value = new BooleanConstant(!value.Value),
            },
            Comparison own => own with { Operator = Inverse(own.Operator) },
            _ => new Negation(literal),
        };

    public static string ColumnOf(RowCondition literal) =>
        literal switch
        {
            Comparison own => own.Column,
            Membership own => own.Column,
            TextMatch own => own.Column,
            Presence own => own.Column,
            Negation not => ColumnOf(not.Condition),
            _ => throw new ArgumentException("The condition asks about no column, or about many.", nameof(literal)),
        };

    /// <summary>The values that a condition lists; none where it lists none.</summary>
    public static ImmutableArray<Constant> ValuesOf(RowCondition literal) =>
        literal switch
        {
            Comparison { Operator: ComparisonOperator.Equal, Value: not BooleanConstant and var value } => [value],
            Membership own => own.Values,
            _ => [],
        };

    /// <summary>A column that holds one of some values, of one kind.</summary>
    public static RowCondition OneOf(string column, IEnumerable<Constant> values)
    {
        Constant[] all =
        [
            .. values.Distinct().Order(Comparer<Constant>.Create((a, b) => RowConditions.Order(a, b) ?? 0)),
        ];
        return all is [var only]
            ? new Comparison(column, ComparisonOperator.Equal, only)
            : new Membership(column, [.. all]);
    }

    /// <summary>A text that is the same for the same condition only.</summary>
    public static string Text(RowCondition literal) =>
        literal switch
        {
            Comparison own => $"{own.Column}\0{own.Operator}\0{own.Value}",
            Membership own => $"{own.Column}\0In\0{string.Join('\0', own.Values)}",
            TextMatch own => $"{own.Column}\0{own.Place}\0{own.Text}",
            Presence own => $"{own.Column}\0Present",
            Negation not => $"Not\0{Text(not.Condition)}",
            _ => throw new ArgumentException("The condition asks about no column, or about many.", nameof(literal)),
        };

    /// <summary>Whether no row meets both, as far as that is easily seen. False where it is not seen.</summary>
    public static bool Contradicts(RowCondition one, RowCondition other)
    {
        if (!string.Equals(ColumnOf(one), ColumnOf(other), StringComparison.Ordinal) || one.Equals(other))
        {
            return false;
        }

        if (one is Negation { Condition: Presence } || other is Negation { Condition: Presence })
        {
            return true;
        }

        if (one is Presence || other is Presence)
        {
            return false;
        }

        return other.Equals(Complement(one))
            || Excludes(one, other)
            || Excludes(other, one)
            || (one is Comparison left && other is Comparison right && (Apart(left, right) || Apart(right, left)));
    }

    /// <summary>Whether every row that meets the one meets the other, as far as that is easily seen.</summary>
    public static bool Implies(RowCondition one, RowCondition other) =>
        one.Equals(other) || (one is not Negation { Condition: Presence } && Contradicts(one, Complement(other)));

    // The values that the one allows are known, and the other allows none of them.
    private static bool Excludes(RowCondition one, RowCondition other) =>
        one switch
        {
            Comparison { Operator: ComparisonOperator.Equal, Value: var value } => Fails(other, value),
            Membership own => own.Values.All(value => Fails(other, value)),
            _ => false,
        };

    private static bool Fails(RowCondition literal, Constant value) =>
        RowConditions.Matches(literal, _ => value) == false;

    // All that is below the one bound is below the other.
    private static bool Apart(Comparison upper, Comparison lower)
    {
        if (
            upper.Operator is not (ComparisonOperator.Less or ComparisonOperator.LessOrEqual)
            || lower.Operator is not (ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual)
            || RowConditions.Order(upper.Value, lower.Value) is not { } order
        )
        {
            return false;
        }

        return order < 0
            || (
                order == 0
                && (upper.Operator == ComparisonOperator.Less || lower.Operator == ComparisonOperator.Greater)
            );
    }

    private static ComparisonOperator Inverse(ComparisonOperator how) =>
        how switch
        {
            ComparisonOperator.Equal => ComparisonOperator.NotEqual,
            ComparisonOperator.NotEqual => ComparisonOperator.Equal,
            ComparisonOperator.Less => ComparisonOperator.GreaterOrEqual,
            ComparisonOperator.LessOrEqual => ComparisonOperator.Greater,
            ComparisonOperator.Greater => ComparisonOperator.LessOrEqual,
            _ => ComparisonOperator.Less,
        };
}
