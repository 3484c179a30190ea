using System.Collections.Immutable;

namespace Governance.Masking.Avro;

/// <summary>The shape of a masked record, derived from contract and writer schema; what the warehouse table must hold.</summary>
/// <param name="Columns">In the writer schema's order; dropped columns are absent.</param>
public sealed record MaskedSchema(ImmutableArray<MaskedField> Columns);

/// <summary>A named field of a masked record.</summary>
/// <param name="Name">As in the writer schema.</param>
/// <param name="Type">Its type.</param>
/// <param name="Nullable">Whether null can occur.</param>
public sealed record MaskedField(string Name, MaskedType Type, bool Nullable);

/// <summary>A type of a masked record.</summary>
public abstract record MaskedType;

/// <summary>A nested record. Also a union of several types: one nullable field <c>{type}_value</c> per branch, as BigQuery loads it.</summary>
public sealed record StructType(ImmutableArray<MaskedField> Fields) : MaskedType
{
    /// <summary>Whether the fields are the same: names, types and order.</summary>
    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var field in Fields)
        {
            hash.Add(field);
        }

        return hash.ToHashCode();
    }
}

/// <summary>An Avro array.</summary>
public sealed record ListType(MaskedType Item, bool ItemNullable) : MaskedType;

/// <summary>An Avro map with string keys.</summary>
public sealed record MapType(MaskedType Value, bool ValueNullable) : MaskedType;

/// <summary>A single value, with the text form that JSON rows and maskers use.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Precision">Digits in all, for <see cref="ScalarKind.Decimal"/>; else 0.</param>
/// <param name="Scale">Digits after the point, for <see cref="ScalarKind.Decimal"/>; else 0.</param>
public sealed record ScalarType(ScalarKind Kind, int Precision = 0, int Scale = 0) : MaskedType
{
    /// <summary>Text of any length.</summary>
    public static ScalarType Text { get; } = new(ScalarKind.Text);

    /// <summary>A 128-bit UUID.</summary>
    public static ScalarType Uuid { get; } = new(ScalarKind.Uuid);
}

/// <summary>Kinds of single values. In parentheses: the text form.</summary>
public enum ScalarKind
{
    /// <summary>UTF-8 text, also enum symbols.</summary>
    Text,

    /// <summary>Bytes, fixed or variable (lower-case hex).</summary>
    Bytes,

    /// <summary>(<c>true</c>, <c>false</c>).</summary>
    Boolean,

    /// <summary>32-bit signed (decimal digits).</summary>
    Int32,

    /// <summary>64-bit signed (decimal digits).</summary>
    Int64,

    /// <summary>IEEE 754 single (shortest round-trip; <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>).</summary>
    Float,

    /// <summary>IEEE 754 double (as single).</summary>
    Double,

    /// <summary>Exact decimal (digits with a point, <c>scale</c> digits after it).</summary>
    Decimal,

    /// <summary>Date (<c>yyyy-MM-dd</c>).</summary>
    Date,

    /// <summary>Time of day (<c>HH:mm:ss.ffffff</c>).</summary>
    Time,

    /// <summary>An instant (<c>yyyy-MM-ddTHH:mm:ss.ffffffZ</c>).</summary>
    Timestamp,

    /// <summary>A timestamp without zone (<c>yyyy-MM-ddTHH:mm:ss.ffffff</c>).</summary>
    LocalTimestamp,

    /// <summary>UUID (canonical lower-case form).</summary>
    Uuid,
}
