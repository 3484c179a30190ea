using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Governance.Policies.Views;

/// <summary>
/// Which rows of one dataset may be seen: a condition on its columns, as a policy decided it. A view or a row rule carries it.
/// </summary>
/// <remarks>
/// Null is decided here, once: what is compared with a null is neither true nor false, a negation of it neither, and a row is
/// seen only where the whole is true. So a row that lacks the value that a rule asks about stays hidden, whichever way round
/// the rule is written; <see cref="Presence"/> alone is false on a null, and its negation true.
/// </remarks>
[JsonDerivedType(typeof(AllOf), "all")]
[JsonDerivedType(typeof(AnyOf), "any")]
[JsonDerivedType(typeof(Negation), "not")]
[JsonDerivedType(typeof(Comparison), "compare")]
[JsonDerivedType(typeof(Membership), "in")]
[JsonDerivedType(typeof(TextMatch), "text")]
[JsonDerivedType(typeof(Presence), "present")]
public abstract record RowCondition
{
    /// <summary>Every row.</summary>
    public static RowCondition Everything { get; } = new AllOf([]);

    /// <summary>No row.</summary>
    public static RowCondition Nothing { get; } = new AnyOf([]);
}

/// <summary>All of the conditions; true where there is none.</summary>
public sealed record AllOf(ImmutableArray<RowCondition> Conditions) : RowCondition
{
    /// <summary>Whether the conditions are the same, in the same order.</summary>
    public bool Equals(AllOf? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    /// <inheritdoc />
    public override int GetHashCode() => Sequence.Hash(Conditions);
}

/// <summary>One of the conditions at least; false where there is none.</summary>
public sealed record AnyOf(ImmutableArray<RowCondition> Conditions) : RowCondition
{
    /// <summary>Whether the conditions are the same, in the same order.</summary>
    public bool Equals(AnyOf? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    /// <inheritdoc />
    public override int GetHashCode() => Sequence.Hash(Conditions);
}

/// <summary>Not the condition.</summary>
public sealed record Negation(RowCondition Condition) : RowCondition;

/// <summary>A column compared with a constant.</summary>
/// <param name="Column">The column's path, as the contract writes it; no item of a list.</param>
/// <param name="Operator">How.</param>
/// <param name="Value">Text is read as the column's type; where it cannot be, the condition cannot be carried out.</param>
public sealed record Comparison(string Column, ComparisonOperator Operator, Constant Value) : RowCondition;

/// <summary>A column that holds one of some constants.</summary>
public sealed record Membership(string Column, ImmutableArray<Constant> Values) : RowCondition
{
    /// <summary>Whether column and constants are the same, in the same order.</summary>
    public bool Equals(Membership? other) =>
        other is not null
        && string.Equals(Column, other.Column, StringComparison.Ordinal)
        && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Column, Sequence.Hash(Values));
}

/// <summary>A text column that begins with, ends with or contains a text, to the letter.</summary>
public sealed record TextMatch(string Column, TextPlace Place, string Text) : RowCondition;

/// <summary>A column that is not null.</summary>
public sealed record Presence(string Column) : RowCondition;

/// <summary>How a column is compared.</summary>
public enum ComparisonOperator
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal.</summary>
    NotEqual,

    /// <summary>Less.</summary>
    Less,

    /// <summary>Less or equal.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or equal.</summary>
    GreaterOrEqual,
}

/// <summary>Where a text stands in another.</summary>
public enum TextPlace
{
    /// <summary>At the beginning.</summary>
    Start,

    /// <summary>At the end.</summary>
    End,

    /// <summary>Anywhere.</summary>
    Anywhere,
}

/// <summary>A constant of a condition.</summary>
[JsonDerivedType(typeof(TextConstant), "text")]
[JsonDerivedType(typeof(NumberConstant), "number")]
[JsonDerivedType(typeof(BooleanConstant), "boolean")]
public abstract record Constant;

/// <summary>Text.</summary>
public sealed record TextConstant(string Value) : Constant;

/// <summary>A number, in JSON's form and exact.</summary>
public sealed record NumberConstant(string Value) : Constant;

/// <summary>True or false.</summary>
public sealed record BooleanConstant(bool Value) : Constant;

internal static class Sequence
{
    public static int Hash<T>(ImmutableArray<T> items)
    {
        var hash = new HashCode();
        foreach (var item in items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }
}
