using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// Protobuf's wire format, written to pooled memory. A message's length is known when it ends: one byte is left for it, and what follows moves
/// where it needs more. https://protobuf.dev/programming-guides/encoding/
/// </summary>
internal sealed class ProtoBuffer : IDisposable
{
    private const int LongestVarint = 10;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(64 * 1024);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written. It stays valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written(int start, int length) => _bytes.AsMemory(start, length);

    /// <summary>Takes back all after a position.</summary>
    public void Truncate(int length) => Length = length;

    public void WriteInt64(int number, long value)
    {
        WriteTag(number, WireType.Varint);
        WriteVarint((ulong)value);
    }

    public void WriteBoolean(int number, bool value) => WriteInt64(number, value ? 1 : 0);

    public void WriteDouble(int number, double value)
    {
        WriteTag(number, WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        Length += sizeof(double);
    }

    public void WriteBytes(int number, ReadOnlySpan<byte> value)
    {
        WriteTag(number, WireType.Length);
        WriteVarint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>Writes the text of a JSON string.</summary>
    /// <exception cref="InvalidOperationException">It is not UTF-8, or escapes half a surrogate pair.</exception>
    public void WriteText(int number, ref Utf8JsonReader reader)
    {
        var start = Open(number);
        // Unescaped, it is never longer.
        var most = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        Length += reader.CopyString(Room(most));
        Close(start);
    }

    /// <summary>Bytes from hexadecimal digits.</summary>
    /// <returns>Whether they were such.</returns>
    public bool TryWriteHex(int number, ReadOnlySpan<byte> digits)
    {
        var start = Open(number);
        if (
            digits.Length % 2 != 0
            || Convert.FromHexString(digits, Room(digits.Length / 2), out _, out var written) != OperationStatus.Done
        )
        {
            return false;
        }

        Length += written;
        Close(start);
        return true;
    }

    /// <summary>Begins a value whose length is not known yet: a message, a text.</summary>
    /// <returns>What <see cref="Close"/> takes.</returns>
    public int Open(int number)
    {
        WriteTag(number, WireType.Length);
        _ = Room(1);
        return ++Length;
    }

    /// <summary>Ends it.</summary>
    public void Close(int start)
    {
        var length = Length - start;
        if (length < 0x80)
        {
            _bytes[start - 1] = (byte)length;
            return;
        }

        Span<byte> prefix = stackalloc byte[LongestVarint];
        var size = Varint(prefix, (ulong)length);
        _ = Room(size - 1);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(start + size - 1));
        prefix[..size].CopyTo(_bytes.AsSpan(start - 1));
        Length += size - 1;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            // Masked rows, yet none of them need to lie around.
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
            _bytes = [];
            Length = 0;
        }
    }

    private void WriteTag(int number, WireType type) => WriteVarint(((ulong)number << 3) | (ulong)type);

    private void WriteVarint(ulong value) => Length += Varint(Room(LongestVarint), value);

    private static int Varint(Span<byte> to, ulong value)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[size++] = (byte)(value | 0x80);
        }

        to[size++] = (byte)value;
        return size;
    }

    private Span<byte> Room(int size)
    {
        ObjectDisposedException.ThrowIf(_bytes.Length == 0, this);
        if (_bytes.Length - Length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + size), checked(_bytes.Length * 2)));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Length = 2,
    }
}
