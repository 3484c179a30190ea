using System.Buffers.Text;
using System.Numerics;

namespace Governance.Masking.Avro.Internal;

/// <summary>From wire bytes to the value, without a text in between.</summary>
internal sealed partial class ScalarCodec
{
    private static readonly Int128[] PowersOfTen =
    [
        .. Enumerable.Range(0, 39).Select(power => (Int128)BigInteger.Pow(10, power)),
    ];

    /// <summary>Moves over the value, and checks that it lies within its logical type.</summary>
    /// <exception cref="MalformedAvroException">It does not.</exception>
    public void Check(ref AvroReader reader)
    {
        switch (Type.Kind)
        {
            case ScalarKind.Date or ScalarKind.Time or ScalarKind.Timestamp or ScalarKind.LocalTimestamp:
                _ = ReadInteger(ref reader);
                break;
            case ScalarKind.Uuid:
                _ = ReadUuid(ref reader);
                break;
            case ScalarKind.Decimal:
                _ = ReadDecimal(ref reader);
                break;
            default:
                Skip(ref reader);
                break;
        }
    }

    /// <summary>A whole number: see <see cref="RowReader.ReadInteger"/>.</summary>
    public long ReadInteger(ref AvroReader reader)
    {
        if (wire == WireType.Boolean)
        {
            return reader.ReadBoolean() ? 1 : 0;
        }

        var value = wire switch
        {
            WireType.Int => reader.ReadInt(),
            WireType.Long => reader.ReadLong(),
            _ => throw NotReadAs("a whole number"),
        };
        return Type.Kind switch
        {
            ScalarKind.Date => DayOf(value).DayNumber - Epoch.DayNumber,
            ScalarKind.Time => TimeOf(value).Ticks / TimeSpan.TicksPerMicrosecond,
            ScalarKind.Timestamp or ScalarKind.LocalTimestamp => (Instant(value).Ticks - DateTime.UnixEpoch.Ticks)
                / TimeSpan.TicksPerMicrosecond,
            _ => value,
        };
    }

    /// <summary>A number with a fraction.</summary>
    public double ReadReal(ref AvroReader reader) =>
        wire switch
        {
            WireType.Float => reader.ReadFloat(),
            WireType.Double => reader.ReadDouble(),
            _ => throw NotReadAs("a floating number"),
        };

    /// <summary>Text or bytes.</summary>
    public ReadOnlySpan<byte> ReadBinary(scoped ref AvroReader reader) =>
        wire switch
        {
            // Texts were checked when the record was read first.
            WireType.Text or WireType.Bytes => reader.ReadBytes(),
            WireType.Fixed => reader.ReadFixed(fixedSize),
            WireType.Enum => symbols[reader.ReadIndex(symbols.Length)],
            _ => throw NotReadAs("text or bytes"),
        };

    /// <summary>A UUID.</summary>
    public Guid ReadUuid(ref AvroReader reader)
    {
        if (wire == WireType.Fixed)
        {
            return new Guid(reader.ReadFixed(fixedSize), bigEndian: true);
        }

        return UuidOf(reader.ReadBytes());
    }

    /// <summary>An exact decimal without its point.</summary>
    public Int128 ReadDecimal(ref AvroReader reader) =>
        DecimalOf(wire == WireType.Fixed ? reader.ReadFixed(fixedSize) : reader.ReadBytes());

    private static Guid UuidOf(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out Guid uuid, out var consumed) && consumed == text.Length
            ? uuid
            : throw OutOfRange("a uuid is not in canonical form");

    // The unscaled value. 38 digits fit in 128 bits.
    private Int128 DecimalOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw OutOfRange("a decimal has no bytes");
        }

        // Two's complement, big-endian: what stands in front of the last sixteen bytes may only repeat the sign.
        var sign = (bytes[0] & 0x80) != 0 ? (byte)0xFF : (byte)0;
        var value = sign == 0 ? Int128.Zero : Int128.NegativeOne;
        for (var index = 0; index < bytes.Length; index++)
        {
            if (index < bytes.Length - 16 && bytes[index] != sign)
            {
                throw TooManyDigits();
            }

            value = (value << 8) | bytes[index];
        }

        var limit = PowersOfTen[Type.Precision];
        return Int128.IsNegative(value) == (sign != 0) && value < limit && value > -limit
            ? value
            : throw TooManyDigits();
    }

    private static MalformedAvroException TooManyDigits() =>
        OutOfRange("a decimal has more digits than its schema's precision");

    private InvalidOperationException NotReadAs(string what) => new($"A value of type {Type.Kind} is not {what}.");
}
