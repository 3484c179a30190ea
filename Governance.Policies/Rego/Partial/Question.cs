using System.Collections.Immutable;
using System.Globalization;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>What is asked of a column: for which rows the answer is yes, and for which it is no. A null is in neither.</summary>
internal readonly record struct Question(RowCondition Yes, RowCondition No)
{
    /// <summary>A column as a line of its own: whether it is there, and, of true and false, whether it is true.</summary>
    public static Question Itself(UnknownColumn column) =>
        column.Kind == ColumnKind.Boolean ? Of(Boolean(column, true)) : Of(new Presence(column.Path));

    /// <summary>A comparison with the column on the left.</summary>
    public static Question Compare(UnknownColumn column, ComparisonOperator how, RegoValue value)
    {
        if (value is NullValue && how is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        {
            var there = new Presence(column.Path);
            return how == ComparisonOperator.NotEqual ? Of(there) : Of(new Negation(there));
        }

        // Rego orders values of different kinds by their kinds.
        var kind = KindOf(column);
        if (kind != value.Kind)
        {
            return Settled(column, Holds(how, kind.CompareTo(value.Kind)));
        }

        return value is BoolValue
            ? Of(column, Holds(how, BoolValue.True.CompareTo(value)), Holds(how, BoolValue.False.CompareTo(value)))
            : Of(new Comparison(column.Path, how, ConstantOf(value)!));
    }

    /// <summary>Whether the column holds one of some values. A null among them is never met.</summary>
    public static Question Among(UnknownColumn column, IEnumerable<RegoValue> values)
    {
        var kind = KindOf(column);
        var own = values.Where(value => value.Kind == kind).Distinct().Order().ToArray();
        if (column.Kind == ColumnKind.Boolean)
        {
            return Of(column, own.Contains(BoolValue.True), own.Contains(BoolValue.False));
        }

        return own switch
        {
            [] => Settled(column, false),
            [var only] => Compare(column, ComparisonOperator.Equal, only),
            _ => Of(new Membership(column.Path, [.. own.Select(value => ConstantOf(value)!)])),
        };
    }

    public static Question Match(UnknownColumn column, TextPlace place, string text) =>
        Of(new TextMatch(column.Path, place, text));

    public static Constant? ConstantOf(RegoValue value) =>
        value switch
        {
            StringValue text => new TextConstant(text.Text),
            NumberValue { IsInt64: true } number => new NumberConstant(
                number.Int64.ToString(CultureInfo.InvariantCulture)
            ),
            NumberValue number => new NumberConstant(number.Text),
            BoolValue truth => new BooleanConstant(truth.Value),
            _ => null,
        };

    public static RegoKind KindOf(UnknownColumn column) =>
        column.Kind switch
        {
            ColumnKind.Boolean => RegoKind.Boolean,
            ColumnKind.Number => RegoKind.Number,
            _ => RegoKind.String,
        };

    private static Question Of(RowCondition yes) => new(yes, Literals.Complement(yes));

    private static Question Of(UnknownColumn column, bool whereTrue, bool whereFalse) =>
        whereTrue == whereFalse ? Settled(column, whereTrue) : Of(Boolean(column, whereTrue));

    private static Comparison Boolean(UnknownColumn column, bool value) =>
        new(column.Path, ComparisonOperator.Equal, new BooleanConstant(value));

    // The answer is the same for every value that there can be.
    private static Question Settled(UnknownColumn column, bool answer)
    {
        var there = new Presence(column.Path);
        return answer ? new(there, RowCondition.Nothing) : new(RowCondition.Nothing, there);
    }

    private static bool Holds(ComparisonOperator how, int order) =>
        how switch
        {
            ComparisonOperator.Equal => order == 0,
            ComparisonOperator.NotEqual => order != 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
}
