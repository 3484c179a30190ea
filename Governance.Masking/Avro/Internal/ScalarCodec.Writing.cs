using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Governance.Masking.Avro.Internal;

/// <summary>The way back: from the text form to wire bytes.</summary>
internal sealed partial class ScalarCodec
{
    private const int WidestFixedLength = 32;

    /// <summary>No value with this text takes more bytes on the wire.</summary>
    public int MaximumLength(ReadOnlySpan<byte> text) =>
        Varint.MaxLength + Math.Max(text.Length, Math.Max(fixedSize, WidestFixedLength));

    /// <summary>Writes a value's wire bytes.</summary>
    /// <param name="text">The text form of its <see cref="ScalarType"/>.</param>
    /// <param name="destination">At least <see cref="MaximumLength"/> bytes.</param>
    /// <returns>How many bytes it takes.</returns>
    /// <exception cref="InvalidOperationException">The text is not of the type: a fault of the method that wrote it.</exception>
    public int Write(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        switch (wire)
        {
            case WireType.Text:
                return WriteWithLength(text, destination);
            case WireType.Int or WireType.Long:
                return Varint.Write(ParseInteger(text), destination);
            case WireType.Boolean:
                destination[0] = text.SequenceEqual("true"u8) ? (byte)1 : (byte)0;
                return 1;
            case WireType.Float:
                BinaryPrimitives.WriteSingleLittleEndian(
                    destination,
                    float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                );
                return sizeof(float);
            case WireType.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(
                    destination,
                    double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                );
                return sizeof(double);
            case WireType.Bytes or WireType.Fixed:
                return WriteBinaryWire(text, destination);
            default:
                throw NotOfType();
        }
    }

    private static int WriteWithLength(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        var length = Varint.Write(bytes.Length, destination);
        bytes.CopyTo(destination[length..]);
        return length + bytes.Length;
    }

    private long ParseInteger(ReadOnlySpan<byte> text)
    {
        switch (Type.Kind)
        {
            case ScalarKind.Date:
                return ParseTime(text, "yyyy-MM-dd").Ticks / TimeSpan.TicksPerDay - Epoch.DayNumber;
            case ScalarKind.Time:
                return InUnits(ParseTime(text, "HH:mm:ss.ffffff").TimeOfDay.Ticks);
            case ScalarKind.Timestamp:
                return InUnits(ParseTime(text, "yyyy-MM-ddTHH:mm:ss.ffffffZ").Ticks - DateTime.UnixEpoch.Ticks);
            case ScalarKind.LocalTimestamp:
                return InUnits(ParseTime(text, "yyyy-MM-ddTHH:mm:ss.ffffff").Ticks - DateTime.UnixEpoch.Ticks);
            default:
                return Utf8Parser.TryParse(text, out long value, out var consumed) && consumed == text.Length
                    ? value
                    : throw NotOfType();
        }
    }

    private long InUnits(long ticks)
    {
        var perUnit = unit == TimeUnit.Milliseconds ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerMicrosecond;
        return (long)Math.Floor((decimal)ticks / perUnit);
    }

    private DateTime ParseTime(ReadOnlySpan<byte> text, string format)
    {
        Span<char> characters = stackalloc char[64];
        return
            text.Length <= characters.Length
            && System.Text.Encoding.ASCII.TryGetChars(text, characters, out var length)
            && DateTime.TryParseExact(
                characters[..length],
                format.Replace("Z", "'Z'", StringComparison.Ordinal),
                CultureInfo.InvariantCulture,
                DateTimeStyles.NoCurrentDateDefault,
                out var time
            )
            ? time
            : throw NotOfType();
    }

    private int WriteBinaryWire(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> bytes = text.Length <= 512 ? stackalloc byte[512] : new byte[text.Length];
        int length;
        switch (Type.Kind)
        {
            case ScalarKind.Decimal:
                length = DecimalBytes(text, bytes);
                break;
            case ScalarKind.Uuid:
                if (
                    !Utf8Parser.TryParse(text, out Guid uuid, out _)
                    || !uuid.TryWriteBytes(bytes, bigEndian: true, out length)
                )
                {
                    throw NotOfType();
                }

                break;
            default:
                if (Convert.FromHexString(text, bytes, out _, out length) != System.Buffers.OperationStatus.Done)
                {
                    throw NotOfType();
                }

                break;
        }

        if (wire == WireType.Bytes)
        {
            return WriteWithLength(bytes[..length], destination);
        }

        // A fixed decimal is as wide as its type: the sign fills it up.
        if (length > fixedSize)
        {
            throw NotOfType();
        }

        var fill = Type.Kind == ScalarKind.Decimal && (bytes[0] & 0x80) != 0 ? (byte)0xFF : (byte)0;
        destination[..(fixedSize - length)].Fill(fill);
        bytes[..length].CopyTo(destination[(fixedSize - length)..]);
        return fixedSize;
    }

    private int DecimalBytes(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        Span<char> digits = stackalloc char[64];
        var length = 0;
        foreach (var character in text)
        {
            if (character != (byte)'.')
            {
                digits[length++] = (char)character;
            }
        }

        return
            BigInteger.TryParse(
                digits[..length],
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var unscaled
            ) && unscaled.TryWriteBytes(bytes, out var written, isUnsigned: false, isBigEndian: true)
            ? written
            : throw NotOfType();
    }

    private InvalidOperationException NotOfType() => new($"A masked value is not of type {Type.Kind}.");

    /// <summary>Whether it can write masked values of a type: no symbol of an enum, no bytes of a fixed width, are masked values.</summary>
    public bool Holds(ScalarType masked) =>
        Type.Equals(masked) && wire != WireType.Enum && !(wire == WireType.Fixed && Type.Kind == ScalarKind.Bytes);

    /// <summary>Whether it is the codec of a schema's values.</summary>
    public bool IsOf(global::Avro.Schema schema) => ScalarCodecs.For(schema) is { } codec && codec.HasWireForm(this);

    /// <summary>The Avro type of its values.</summary>
    public JsonNode Describe() =>
        Type.Kind switch
        {
            ScalarKind.Text => "string",
            ScalarKind.Bytes => "bytes",
            ScalarKind.Boolean => "boolean",
            ScalarKind.Int32 => "int",
            ScalarKind.Int64 => "long",
            ScalarKind.Float => "float",
            ScalarKind.Double => "double",
            ScalarKind.Decimal => new JsonObject
            {
                ["type"] = "bytes",
                ["logicalType"] = "decimal",
                ["precision"] = Type.Precision,
                ["scale"] = Type.Scale,
            },
            ScalarKind.Date => Logical("int", "date"),
            ScalarKind.Time => Logical("long", "time-micros"),
            ScalarKind.Timestamp => Logical("long", "timestamp-micros"),
            ScalarKind.LocalTimestamp => Logical("long", "local-timestamp-micros"),
            ScalarKind.Uuid => Logical("string", "uuid"),
            _ => throw NotOfType(),
        };

    private bool HasWireForm(ScalarCodec other) => Type.Equals(other.Type) && Form.Equals(other.Form);

    private (WireType Wire, int Size, TimeUnit Unit) Form => (wire, fixedSize, unit);

    private static JsonObject Logical(string type, string logical) =>
        new() { ["type"] = type, ["logicalType"] = logical };
}
