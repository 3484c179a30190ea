using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Governance.Masking.Keys;

/// <summary>
/// Blocks of 128 bits as CMAC and SIV see them, without a detour over memory: bytes written one by one and read back together
/// keep the processor waiting longer than AES does.
/// </summary>
internal static class PaddedBlock
{
    /// <summary>Up to fifteen bytes and the padding after them.</summary>
    public static Vector128<byte> Read(ReadOnlySpan<byte> partial)
    {
        Span<byte> block = stackalloc byte[AesBlock.Size];
        block.Clear();
        partial.CopyTo(block);
        return Pad(Vector128.Create(block), partial.Length);
    }

    /// <summary>Replaces what comes after the first bytes by padding.</summary>
    /// <param name="block">The bytes, and whatever follows them.</param>
    /// <param name="length">How many count, at most fifteen.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Pad(Vector128<byte> block, int length)
    {
        Debug.Assert((uint)length < AesBlock.Size);
        var end = Vector128.Create((sbyte)length);
        var places = Vector128<sbyte>.Indices;
        return (block & Vector128.LessThan(places, end).AsByte())
            | (Vector128.Equals(places, end).AsByte() & Vector128.Create((byte)0x80));
    }

    /// <summary>A number as a block, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> FromNumber(UInt128 value) =>
        Vector128
            .Create(
                BinaryPrimitives.ReverseEndianness((ulong)(value >> 64)),
                BinaryPrimitives.ReverseEndianness((ulong)value)
            )
            .AsByte();

    /// <summary>A block as a number, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 ToNumber(Vector128<byte> block)
    {
        var words = block.AsUInt64();
        return new UInt128(
            BinaryPrimitives.ReverseEndianness(words.ToScalar()),
            BinaryPrimitives.ReverseEndianness(words.GetElement(1))
        );
    }

    /// <summary>Doubles a number in GF(2^128), as RFC 5297 calls it; no branch on the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 Double(UInt128 value) => (value << 1) ^ ((value >> 127) * 0x87);
}
