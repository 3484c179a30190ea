using System.Runtime.CompilerServices;
using Governance.Policies.Rego.Partial;

namespace Governance.Policies.Rego.Values;

/// <summary>The kinds of values, in the order in which Rego sorts them.</summary>
internal enum RegoKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
    Set,
    Undefined,
    Builder,
    Unknown,
}

/// <summary>
/// A value of a policy: JSON's, and sets. Immutable. Numbers keep every digit, objects and sets are ordered as OPA orders them, and
/// equality is by content.
/// </summary>
public abstract class RegoValue : IEquatable<RegoValue>, IComparable<RegoValue>
{
    private protected RegoValue(RegoKind kind) => Kind = kind;

    internal RegoKind Kind { get; }

    /// <summary>Whether this is the boolean <see langword="true"/>.</summary>
    public bool IsTrue => ReferenceEquals(this, BoolValue.True);

    /// <summary>Whether this is the boolean <see langword="false"/>: the one value that makes an expression fail.</summary>
    internal bool IsFalse => ReferenceEquals(this, BoolValue.False);

    /// <summary>Reads a value from JSON text in UTF-8. Numbers keep their text.</summary>
    /// <exception cref="RegoJsonException">The text is not one JSON value.</exception>
    public static RegoValue FromJson(ReadOnlySpan<byte> json) => JsonText.Read(json);

    /// <summary>Reads a value from JSON text.</summary>
    /// <exception cref="RegoJsonException">The text is not one JSON value.</exception>
    public static RegoValue FromJson(string json) => JsonText.Read(json);

    /// <summary>The value as JSON: sets are arrays, and keys that are no strings are their own text.</summary>
    public string ToJson() => JsonText.Write(this);

    /// <summary>The text of a string value, or nothing where the value is no string.</summary>
    public string? AsText() => (this as StringValue)?.Text;

    /// <summary>The member of an object, the element of a set or the element of an array; or nothing.</summary>
    /// <param name="name">A key; a string.</param>
    public RegoValue? Member(string name) => Lookup(new StringValue(name));

    /// <summary>The elements of an array or a set, or the values of an object, in order; else nothing at all.</summary>
    public IReadOnlyList<RegoValue> Elements() =>
        this switch
        {
            ArrayValue array => array.Items,
            SetValue set => set.Items,
            ObjectValue map => map.Values,
            _ => [],
        };

    /// <summary>What stands under a key, or null: the step of a reference.</summary>
    internal virtual RegoValue? Lookup(RegoValue key) => null;

    internal abstract bool SameAs(RegoValue other);

    internal abstract int Hash();

    internal abstract int Order(RegoValue other);

    /// <inheritdoc/>
    public bool Equals(RegoValue? other) =>
        other is not null
        && (ReferenceEquals(this, other) || (Kind == other.Kind ? SameAs(other) : !IsKnownBeside(other)));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as RegoValue);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Hash();

    /// <summary>OPA's order: null, booleans, numbers, strings by code point, arrays, objects, sets.</summary>
    public int CompareTo(RegoValue? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        if (Kind != other.Kind && IsKnownBeside(other))
        {
            return Kind < other.Kind ? -1 : 1;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Order(other);
    }

    // A column whose value is not known is like and unlike nothing.
    private bool IsKnownBeside(RegoValue other) =>
        Kind != RegoKind.Unknown && other.Kind != RegoKind.Unknown ? true : throw UnknownValue.Refused(this, other);

    /// <summary>The value as Rego writes it; for messages and <c>sprintf</c>.</summary>
    public override string ToString() => RegoText.Write(this);

    /// <summary>Equal by content.</summary>
    public static bool operator ==(RegoValue? left, RegoValue? right) =>
        left is null ? right is null : left.Equals(right);

    /// <summary>Not equal by content.</summary>
    public static bool operator !=(RegoValue? left, RegoValue? right) => !(left == right);

    /// <summary>Before, in OPA's order.</summary>
    public static bool operator <(RegoValue? left, RegoValue? right) =>
        left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>After, in OPA's order.</summary>
    public static bool operator >(RegoValue? left, RegoValue? right) => left is not null && left.CompareTo(right) > 0;

    /// <summary>Before or equal, in OPA's order.</summary>
    public static bool operator <=(RegoValue? left, RegoValue? right) => !(left > right);

    /// <summary>After or equal, in OPA's order.</summary>
    public static bool operator >=(RegoValue? left, RegoValue? right) => !(left < right);
}
