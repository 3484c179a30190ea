using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Governance.Masking.Avro;

namespace Governance.Tests.Avro.Differential;

/// <summary>Text forms of single values, and back: written from their description, not from the plan's code.</summary>
internal static partial class ReferenceText
{
    /// <summary>The type whose text form a value has.</summary>
    public static ScalarType TypeOf(Part part) =>
        (part.Logical, part.Kind) switch
        {
            ("decimal", _) => new ScalarType(ScalarKind.Decimal, part.Precision, part.Scale),
            ("uuid", _) => ScalarType.Uuid,
            ("date", _) => new ScalarType(ScalarKind.Date),
            ("time-millis" or "time-micros", _) => new ScalarType(ScalarKind.Time),
            ("timestamp-millis" or "timestamp-micros", _) => new ScalarType(ScalarKind.Timestamp),
            ("local-timestamp-millis" or "local-timestamp-micros", _) => new ScalarType(ScalarKind.LocalTimestamp),
            (_, "boolean") => new ScalarType(ScalarKind.Boolean),
            (_, "int") => new ScalarType(ScalarKind.Int32),
            (_, "long") => new ScalarType(ScalarKind.Int64),
            (_, "float") => new ScalarType(ScalarKind.Float),
            (_, "double") => new ScalarType(ScalarKind.Double),
            (_, "bytes" or "fixed") => new ScalarType(ScalarKind.Bytes),
            _ => ScalarType.Text,
        };

    /// <summary>The text of a value as Avro's library read it without logical types; <see langword="null"/> where its logical type has no such value.</summary>
    public static string? Of(Part part, object value) =>
        (part.Logical, value) switch
        {
            ("decimal", byte[] bytes) => Decimal(part, new BigInteger(bytes, isUnsigned: false, isBigEndian: true)),
            ("uuid", string text) => Canonical().IsMatch(text) ? text.ToLowerInvariant() : null,
            ("date", int days) => Instant(days, TimeSpan.TicksPerDay)
                ?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ("time-millis", int millis) => Time(millis * TimeSpan.TicksPerMillisecond),
            ("time-micros", long micros) => micros is >= 0 and < 86_400_000_000 ? Time(micros * 10) : null,
            ("timestamp-millis", long millis) => Timestamp(millis, TimeSpan.TicksPerMillisecond, "Z"),
            ("timestamp-micros", long micros) => Timestamp(micros, TimeSpan.TicksPerMicrosecond, "Z"),
            ("local-timestamp-millis", long millis) => Timestamp(millis, TimeSpan.TicksPerMillisecond, ""),
            ("local-timestamp-micros", long micros) => Timestamp(micros, TimeSpan.TicksPerMicrosecond, ""),
            (_, bool flag) => flag ? "true" : "false",
            (_, byte[] bytes) => Convert.ToHexStringLower(bytes),
            (_, string text) => text,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    /// <summary>The value of a text, for Avro's library without logical types.</summary>
    public static object Read(Part part, ScalarType type, string text) =>
        type.Kind switch
        {
            ScalarKind.Int32 => int.Parse(text, CultureInfo.InvariantCulture),
            ScalarKind.Int64 => long.Parse(text, CultureInfo.InvariantCulture),
            ScalarKind.Float => float.Parse(text, CultureInfo.InvariantCulture),
            ScalarKind.Double => double.Parse(text, CultureInfo.InvariantCulture),
            ScalarKind.Decimal => Unscaled(part, text),
            ScalarKind.Date => (int)(Ticks(text) / TimeSpan.TicksPerDay),
            ScalarKind.Timestamp or ScalarKind.LocalTimestamp => Ticks(text)
                / (part.Logical!.EndsWith("millis", StringComparison.Ordinal) ? TimeSpan.TicksPerMillisecond : 10),
            _ => text,
        };

    private static long Ticks(string text) =>
        (
            DateTime.Parse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal
            ) - DateTime.UnixEpoch
        ).Ticks;

    private static byte[] Unscaled(Part part, string text)
    {
        var value = BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var bytes = value.ToByteArray(isUnsigned: false, isBigEndian: true);
        var fill = value.Sign < 0 ? (byte)0xFF : (byte)0;
        return part.Kind == "fixed" ? [.. Enumerable.Repeat(fill, part.Size - bytes.Length), .. bytes] : bytes;
    }

    private static string? Decimal(Part part, BigInteger unscaled)
    {
        if (BigInteger.Abs(unscaled) >= BigInteger.Pow(10, part.Precision))
        {
            return null;
        }

        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(part.Scale + 1, '0');
        var sign = unscaled.Sign < 0 ? "-" : "";
        return part.Scale == 0 ? sign + digits : $"{sign}{digits[..^part.Scale]}.{digits[^part.Scale..]}";
    }

    private static string? Time(long ticks) =>
        ticks is >= 0 and < TimeSpan.TicksPerDay
            ? new TimeOnly(ticks).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)
            : null;

    private static string? Timestamp(long units, long ticksOfUnit, string zone) =>
        Instant(units, ticksOfUnit)?.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + zone
            is { Length: > 1 } text
            ? text
            : null;

    private static DateTime? Instant(long units, long ticksOfUnit)
    {
        var ticks = ((BigInteger)units * ticksOfUnit) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;
    }

    [GeneratedRegex(
        "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Canonical();
}
