namespace Governance.Policies.Rego.Values;

/// <summary>JSON's null.</summary>
internal sealed class NullValue : RegoValue
{
    public static readonly NullValue Instance = new();

    private NullValue()
        : base(RegoKind.Null) { }

    internal override bool SameAs(RegoValue other) => true;

    internal override int Hash() => 17;

    internal override int Order(RegoValue other) => 0;
}

/// <summary>True or false; there are two instances, so that they are compared by reference.</summary>
internal sealed class BoolValue : RegoValue
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value)
        : base(RegoKind.Boolean) => Value = value;

    public bool Value { get; }

    public static BoolValue Of(bool value) => value ? True : False;

    internal override bool SameAs(RegoValue other) => Value == ((BoolValue)other).Value;

    internal override int Hash() => Value ? 3 : 5;

    internal override int Order(RegoValue other) => Value.CompareTo(((BoolValue)other).Value);
}

/// <summary>A string.</summary>
internal sealed class StringValue(string text) : RegoValue(RegoKind.String)
{
    public static readonly StringValue Empty = new("");

    public string Text { get; } = text;

    internal override bool SameAs(RegoValue other) =>
        string.Equals(Text, ((StringValue)other).Text, StringComparison.Ordinal);

    internal override int Hash() => Text.GetHashCode(StringComparison.Ordinal);

    internal override int Order(RegoValue other) => CodePointOrder.Compare(Text, ((StringValue)other).Text);
}

/// <summary>Remembers that a rule has no value. Never seen by a policy.</summary>
internal sealed class UndefinedValue : RegoValue
{
    public static readonly UndefinedValue Instance = new();

    private UndefinedValue()
        : base(RegoKind.Undefined) { }

    internal override bool SameAs(RegoValue other) => true;

    internal override int Hash() => 0;

    internal override int Order(RegoValue other) => 0;
}

/// <summary>The order of strings in Go: by UTF-8's bytes, which is by code point, not by UTF-16's units.</summary>
internal static class CodePointOrder
{
    public static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        return Weight(left[same]).CompareTo(Weight(right[same]));
    }

    // Surrogates stand for code points above all other units.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
