using System.Runtime.CompilerServices;

namespace Governance.Masking.Avro.Internal;

/// <summary>Avro's numbers: zig-zag, seven bits a byte, least significant first.</summary>
internal static class Varint
{
    public const int MaxLength = 10;

    /// <summary>What stands behind the length of a text or of bytes.</summary>
    public static ReadOnlySpan<byte> SkipLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while ((bytes[length++] & 0x80) != 0) { }

        return bytes[length..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(long value, Span<byte> destination)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var length = 0;
        for (; rest > 0x7F; rest >>= 7)
        {
            destination[length++] = (byte)(rest | 0x80);
        }

        destination[length++] = (byte)rest;
        return length;
    }
}
