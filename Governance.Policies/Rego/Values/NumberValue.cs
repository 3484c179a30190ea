using System.Globalization;

namespace Governance.Policies.Rego.Values;

/// <summary>
/// A number of any size that keeps the text it was written with. Small integers are computed as such; all else as
/// Go's <c>big.Float</c> of 64 bits does it, so that results print as OPA prints them.
/// </summary>
internal sealed class NumberValue : RegoValue
{
    private static readonly NumberValue[] Small =
    [
        .. Enumerable.Range(-128, 1280).Select(n => new NumberValue(n, null)),
    ];

    private readonly string? text;
    private ExactDecimal? exact;

    private NumberValue(long value, string? text)
        : base(RegoKind.Number)
    {
        Int64 = value;
        IsInt64 = true;
        this.text = text;
    }

    private NumberValue(ExactDecimal exact, string text)
        : base(RegoKind.Number)
    {
        this.exact = exact;
        this.text = text;
    }

    /// <summary>Whether the number is an integer that <see cref="Int64"/> holds, however it is written.</summary>
    public bool IsInt64 { get; }

    public long Int64 { get; }

    /// <summary>Whether it is also written as one: <c>1</c> and not <c>1.0</c>.</summary>
    public bool IsWrittenAsInt64 =>
        IsInt64
        && (text is null || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));

    public string Text => text ?? Int64.ToString(CultureInfo.InvariantCulture);

    public ExactDecimal Exact => exact ??= ExactDecimal.Of(Int64);

    public bool IsInteger => IsInt64 || Exact.IsInteger;

    public static NumberValue Of(long value) =>
        value is >= -128 and < 1152 ? Small[value + 128] : new NumberValue(value, null);

    public static NumberValue Of(System.Numerics.BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue
            ? Of((long)value)
            : new NumberValue(new ExactDecimal(value, 0), value.ToString(CultureInfo.InvariantCulture));

    public static NumberValue Of(GoFloat value) => Parse(value.ToText())!;

    /// <summary>A double, as Go's shortest text of it.</summary>
    public static NumberValue Of(double value) =>
        Parse(value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'))!;

    /// <summary>Reads JSON's form of a number; null where it is none, or larger than is computed with.</summary>
    public static NumberValue? Parse(string text)
    {
        if (
            text.Length < 19
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        )
        {
            return text is ['-', '0', ..] || text is ['+', ..] ? new NumberValue(value, text) : Of(value);
        }

        if (ExactDecimal.Parse(text) is not { } exact)
        {
            return null;
        }

        return exact.IsInteger && exact.TryToInt64(out var whole)
            ? new NumberValue(whole, text)
            : new NumberValue(exact, text);
    }

    public GoFloat ToFloat() => IsInt64 ? GoFloat.Of(Int64) : GoFloat.Of(Exact);

    public double ToDouble() => IsInt64 ? Int64 : double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    internal override bool SameAs(RegoValue other)
    {
        var number = (NumberValue)other;
        return IsInt64 || number.IsInt64
            ? IsInt64 == number.IsInt64 && Int64 == number.Int64
            : Exact.Equals(number.Exact);
    }

    internal override int Hash() => IsInt64 ? Int64.GetHashCode() : Exact.GetHashCode();

    internal override int Order(RegoValue other)
    {
        var number = (NumberValue)other;
        return IsInt64 && number.IsInt64 ? Int64.CompareTo(number.Int64) : Exact.CompareTo(number.Exact);
    }
}
