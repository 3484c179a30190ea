using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Governance.Masking.Keys;

/// <summary>
/// base64url (RFC 4648, 5) without padding, by blocks of twelve bytes, the last of which reads and writes over the end: of short
/// values, the ends are most of the work. After W. Muła and D. Lemire, Faster Base64 Encoding and Decoding Using AVX2
/// Instructions, 2018 (<see href="https://arxiv.org/abs/1704.00605"/>).
/// </summary>
internal static class Base64UrlBlocks
{
    /// <summary>How many bytes may be read, and written, after the end.</summary>
    public const int Overrun = 16;

    private const int BlockBytes = 12;
    private const int BlockCharacters = 16;

    /// <summary>Whether the processor has what this needs.</summary>
    public static bool IsSupported => Ssse3.IsSupported;

    /// <summary>Encodes. Only where <see cref="IsSupported"/>.</summary>
    /// <param name="room">The bytes, then two zeros, and no less than <see cref="Overrun"/> in all.</param>
    /// <param name="length">How many bytes count.</param>
    /// <param name="destination">Room for the characters, and <see cref="Overrun"/> more.</param>
    public static void Encode(ReadOnlySpan<byte> room, int length, Span<byte> destination)
    {
        var blocks = (int)((uint)(length + BlockBytes - 1) / BlockBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(room.Length, length + Overrun, nameof(room));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, blocks * BlockCharacters, nameof(destination));
        ref var source = ref MemoryMarshal.GetReference(room);
        ref var target = ref MemoryMarshal.GetReference(destination);
        for (var block = 0; block < blocks; block++)
        {
            Characters(Sextets(Vector128.LoadUnsafe(ref source, (nuint)(block * BlockBytes))))
                .StoreUnsafe(ref target, (nuint)(block * BlockCharacters));
        }
    }

    // Twelve bytes as sixteen numbers of six bits: multiplications shift each to its place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Sextets(Vector128<byte> bytes)
    {
        var spread = Ssse3.Shuffle(bytes, Vector128.Create((byte)1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
        var high = Sse2.MultiplyHigh(
            (spread.AsUInt32() & Vector128.Create(0x0fc0_fc00u)).AsUInt16(),
            Vector128.Create(0x0400_0040u).AsUInt16()
        );
        var low = Sse2.MultiplyLow(
            (spread.AsUInt32() & Vector128.Create(0x003f_03f0u)).AsUInt16(),
            Vector128.Create(0x0100_0010u).AsUInt16()
        );
        return (high | low).AsByte();
    }

    // Each range of numbers has its distance to its characters: A-Z, a-z, 0-9, minus sign, underscore.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Characters(Vector128<byte> sextets)
    {
        var ranges = Sse2.SubtractSaturate(sextets, Vector128.Create((byte)51));
        ranges |=
            Vector128.LessThan(sextets.AsSByte(), Vector128.Create((sbyte)26)).AsByte() & Vector128.Create((byte)13);
        var distances = Vector128.Create(
            (sbyte)('a' - 26),
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '0' - 52,
            '-' - 62,
            '_' - 63,
            (sbyte)'A',
            0,
            0
        );
        return sextets + Ssse3.Shuffle(distances.AsByte(), ranges);
    }
}
