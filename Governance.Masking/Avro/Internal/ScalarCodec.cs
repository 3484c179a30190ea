using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Governance.Masking.Avro.Internal;

/// <summary>How a single value stands on the wire.</summary>
internal enum WireType
{
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    Text,
    Fixed,
    Enum,
}

/// <summary>Turns one single value from wire bytes into the text form of its <see cref="ScalarType"/>.</summary>
internal sealed partial class ScalarCodec(
    ScalarType type,
    WireType wire,
    int fixedSize,
    TimeUnit unit,
    byte[][] symbols
)
{
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    public ScalarType Type { get; } = type;

    /// <summary>How it is walked in a run of values that stay as they are.</summary>
    public PlainStep Step { get; } = new(wire, wire == WireType.Enum ? symbols.Length : fixedSize);

    public void Skip(ref AvroReader reader)
    {
        switch (wire)
        {
            case WireType.Boolean:
                reader.ReadBoolean();
                break;
            case WireType.Int:
                reader.ReadInt();
                break;
            case WireType.Long:
                reader.ReadLong();
                break;
            case WireType.Float:
                reader.ReadFloat();
                break;
            case WireType.Double:
                reader.ReadDouble();
                break;
            case WireType.Bytes:
            case WireType.Text:
                reader.ReadBytes();
                break;
            case WireType.Fixed:
                reader.ReadFixed(fixedSize);
                break;
            case WireType.Enum:
                reader.ReadIndex(symbols.Length);
                break;
            default:
                throw new InvalidOperationException($"No way to skip {wire}.");
        }
    }

    /// <summary>Writes the value's text form.</summary>
    /// <exception cref="MalformedAvroException">The bytes are no value of the type.</exception>
    public void Read(ref AvroReader reader, IBufferWriter<byte> text)
    {
        switch (wire)
        {
            case WireType.Boolean:
                text.Write(reader.ReadBoolean() ? "true"u8 : "false"u8);
                break;
            case WireType.Int:
                WriteInteger(reader.ReadInt(), text);
                break;
            case WireType.Long:
                WriteInteger(reader.ReadLong(), text);
                break;
            case WireType.Float:
                WriteFloat(reader.ReadFloat(), text);
                break;
            case WireType.Double:
                WriteFloat(reader.ReadDouble(), text);
                break;
            case WireType.Bytes:
                WriteBinary(reader.ReadBytes(), text);
                break;
            case WireType.Fixed:
                WriteBinary(reader.ReadFixed(fixedSize), text);
                break;
            case WireType.Text:
                WriteText(reader.ReadText(), text);
                break;
            case WireType.Enum:
                text.Write(symbols[reader.ReadIndex(symbols.Length)]);
                break;
            default:
                throw new InvalidOperationException($"No way to read {wire}.");
        }
    }

    private void WriteInteger(long value, IBufferWriter<byte> text)
    {
        switch (Type.Kind)
        {
            case ScalarKind.Date:
                Format(DayOf(value), "yyyy-MM-dd", text);
                break;
            case ScalarKind.Time:
                Format(TimeOf(value), "HH:mm:ss.ffffff", text);
                break;
            case ScalarKind.Timestamp:
                Format(Instant(value), "yyyy-MM-ddTHH:mm:ss.ffffffZ", text);
                break;
            case ScalarKind.LocalTimestamp:
                Format(Instant(value), "yyyy-MM-ddTHH:mm:ss.ffffff", text);
                break;
            default:
                Format(value, default, text);
                break;
        }
    }

    private static DateOnly DayOf(long value)
    {
        var day = value + Epoch.DayNumber;
        return day >= DateOnly.MinValue.DayNumber && day <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)day)
            : throw OutOfRange("a date is outside the years 1 to 9999");
    }

    private TimeOnly TimeOf(long value)
    {
        var ticks = InTicks(value);
        return ticks is >= 0 and < TimeSpan.TicksPerDay
            ? new TimeOnly(ticks)
            : throw OutOfRange("a time of day is outside 24 hours");
    }

    private DateTime Instant(long value)
    {
        var ticks = (Int128)InTicks(value) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks)
            : throw OutOfRange("a timestamp is outside the years 1 to 9999");
    }

    private long InTicks(long value)
    {
        var perUnit = unit == TimeUnit.Milliseconds ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerMicrosecond;
        return value >= long.MinValue / perUnit && value <= long.MaxValue / perUnit
            ? value * perUnit
            : throw OutOfRange("a time is outside the years 1 to 9999");
    }

    private static void WriteFloat<T>(T value, IBufferWriter<byte> text)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (T.IsFinite(value))
        {
            Format(value, default, text);
            return;
        }

        text.Write(
            T.IsNaN(value) ? "NaN"u8
            : T.IsPositiveInfinity(value) ? "Infinity"u8
            : "-Infinity"u8
        );
    }

    private void WriteBinary(ReadOnlySpan<byte> bytes, IBufferWriter<byte> text)
    {
        switch (Type.Kind)
        {
            case ScalarKind.Decimal:
                WriteDecimal(bytes, text);
                break;
            case ScalarKind.Uuid:
                Format(new Guid(bytes, bigEndian: true), "D", text);
                break;
            default:
                var hex = text.GetSpan(bytes.Length * 2);
                Convert.TryToHexStringLower(bytes, hex, out var written);
                text.Advance(written);
                break;
        }
    }

    private void WriteDecimal(ReadOnlySpan<byte> bytes, IBufferWriter<byte> text)
    {
        var unscaled = DecimalOf(bytes);
        var digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Type.Scale + 1, '0');
        var point = digits.Length - Type.Scale;
        var sign = Int128.IsNegative(unscaled) ? "-" : "";
        var written = Type.Scale == 0 ? $"{sign}{digits}" : $"{sign}{digits[..point]}.{digits[point..]}";
        Encoding.ASCII.GetBytes(written.AsSpan(), text);
    }

    private void WriteText(ReadOnlySpan<byte> bytes, IBufferWriter<byte> text)
    {
        if (Type.Kind == ScalarKind.Uuid)
        {
            Format(UuidOf(bytes), "D", text);
            return;
        }

        text.Write(bytes);
    }

    private static void Format<T>(T value, ReadOnlySpan<char> format, IBufferWriter<byte> text)
        where T : IUtf8SpanFormattable
    {
        var span = text.GetSpan(64);
        if (!value.TryFormat(span, out var written, format, CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException($"64 bytes do not hold a {typeof(T).Name}.");
        }

        text.Advance(written);
    }

    private static MalformedAvroException OutOfRange(string reason) => new(EventFaults.ValueOutOfRange, reason);
}

/// <summary>The unit that a time or timestamp counts in.</summary>
internal enum TimeUnit
{
    None,
    Milliseconds,
    Microseconds,
}
