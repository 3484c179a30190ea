using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Governance.Masking.Avro.Internal;

/// <summary>
/// Reads Avro's binary encoding from a span. Everything that a hostile record could claim (lengths, counts, depth) is
/// checked against what is really there before it is believed.
/// </summary>
internal ref struct AvroReader
{
    private const int MaximumDepth = 64;
    private const int FreeItems = 1024;

    private readonly ReadOnlySpan<byte> _bytes;
    private long _items;
    private int _depth;

    public AvroReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;

        // An item takes a byte at least, but for types that take none (null, an empty record): those get a fixed allowance,
        // so that a block count of 2^60 cannot keep a core busy for years.
        _items = bytes.Length + FreeItems;
    }

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadLong()
    {
        // Lengths, branches and counts mostly take one byte.
        var position = Position;
        if ((uint)position < (uint)_bytes.Length && _bytes[position] is var first && first < 0x80)
        {
            Position = position + 1;
            return (first >> 1) ^ -(first & 1);
        }

        return ReadLongerLong();
    }

    public int ReadInt()
    {
        var value = ReadLong();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new MalformedAvroException(EventFaults.MalformedAvro, "an int is outside 32 bits");
    }

    public bool ReadBoolean() =>
        Take(1)[0] switch
        {
            0 => false,
            1 => true,
            _ => throw new MalformedAvroException(EventFaults.MalformedAvro, "a boolean is neither 0 nor 1"),
        };

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public ReadOnlySpan<byte> ReadFixed(int size) => Take(size);

    /// <summary>Bytes or a string: a length, then as many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLong();
        if ((ulong)length > (ulong)Remaining)
        {
            ThrowLength(length);
        }

        var taken = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    /// <summary>A string.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        var text = ReadBytes();
        return IsShortAscii(text) || Utf8.IsValid(text)
            ? text
            : throw new MalformedAvroException(EventFaults.MalformedAvro, "a string is not UTF-8");
    }

    /// <summary>Index of a union's branch or of an enum's symbol.</summary>
    public int ReadIndex(int count)
    {
        var index = ReadLong();
        return index >= 0 && index < count
            ? (int)index
            : throw new MalformedAvroException(
                EventFaults.MalformedAvro,
                "an index names no branch or symbol of the schema"
            );
    }

    /// <summary>The number of items in the next block of an array or a map; 0 ends it.</summary>
    /// <param name="sized">Whether the block's size in bytes stands beside it.</param>
    public long ReadBlockCount(out bool sized)
    {
        var count = ReadLong();
        sized = count < 0;
        if (sized)
        {
            // A negative count is followed by the block's size in bytes, which lets readers skip; it is not needed here,
            // and is checked so that a lie in it is found.
            var size = ReadLong();
            if (size < 0 || size > Remaining || count == long.MinValue)
            {
                throw MalformedAvroException.Truncated();
            }

            count = -count;
        }

        _items -= count;
        return _items >= 0 && count <= int.MaxValue
            ? count
            : throw new MalformedAvroException(
                EventFaults.MalformedAvro,
                "a block holds more items than the record has bytes"
            );
    }

    public void Enter()
    {
        if (++_depth > MaximumDepth)
        {
            throw new MalformedAvroException(EventFaults.MalformedAvro, "values are nested more than 64 deep");
        }
    }

    public void Leave() => _depth--;

    /// <summary>A record ends where its bytes end; anything behind was written with another schema.</summary>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0)
        {
            throw new MalformedAvroException(EventFaults.MalformedAvro, "bytes follow the record's end");
        }
    }

    /// <summary>Moves over values that stay as they are, and checks them.</summary>
    public void Pass(scoped ReadOnlySpan<PlainStep> steps)
    {
        foreach (ref readonly var step in steps)
        {
            if (step.NullBranch >= 0 && ReadIndex(2) == step.NullBranch)
            {
                continue;
            }

            switch (step.Wire)
            {
                case WireType.Text:
                    _ = ReadText();
                    break;
                case WireType.Long:
                    _ = PassNumber();
                    break;
                case WireType.Int:
                    PassInt();
                    break;
                case WireType.Double:
                    _ = Take(sizeof(double));
                    break;
                case WireType.Float:
                    _ = Take(sizeof(float));
                    break;
                case WireType.Boolean:
                    _ = ReadBoolean();
                    break;
                case WireType.Enum:
                    _ = ReadIndex(step.Size);
                    break;
                case WireType.Bytes:
                    _ = ReadBytes();
                    break;
                case WireType.Fixed:
                    _ = Take(step.Size);
                    break;
                default:
                    throw new InvalidOperationException($"No way to pass {step.Wire}.");
            }
        }
    }

    private void PassInt()
    {
        // Up to four bytes hold 28 bits, which no int lacks; a longer one is read.
        var start = Position;
        if (PassNumber() > 4)
        {
            Position = start;
            _ = ReadInt();
        }
    }

    // Most strings are short and plain: two loads, which overlap, look at all of one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsShortAscii(ReadOnlySpan<byte> text)
    {
        const ulong HighBits = 0x8080_8080_8080_8080;
        return text.Length is >= sizeof(ulong) and <= 2 * sizeof(ulong)
            && (
                (
                    BinaryPrimitives.ReadUInt64LittleEndian(text)
                    | BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..])
                ) & HighBits
            ) == 0;
    }

    // Moves over a number; gives how many bytes it takes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PassNumber()
    {
        var start = Position;
        if (_bytes.Length - start >= sizeof(ulong))
        {
            // The last byte of a number is the first without its high bit.
            var ends = ~BinaryPrimitives.ReadUInt64LittleEndian(_bytes[start..]) & 0x8080_8080_8080_8080;
            if (ends != 0)
            {
                var length = (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
                Position = start + length;
                return length;
            }
        }

        _ = ReadLong();
        return Position - start;
    }

    private long ReadLongerLong()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= _bytes.Length)
            {
                throw MalformedAvroException.Truncated();
            }

            var next = _bytes[Position++];
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new MalformedAvroException(EventFaults.MalformedAvro, "a number takes more than ten bytes");
    }

    private static void ThrowLength(long length) =>
        throw (
            length < 0
                ? new MalformedAvroException(EventFaults.MalformedAvro, "a length is negative")
                : MalformedAvroException.Truncated()
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
        {
            ThrowLength(count);
        }

        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
