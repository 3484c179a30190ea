using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>CRC-32C (Castagnoli; RFC 3720, appendix B.4), and the form in which Cloud KMS writes it: a decimal string.</summary>
internal static class Crc32C
{
    /// <summary>The checksum.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    /// <summary>As a request carries it.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Of(bytes).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether an answer's checksum is there, and is that of the bytes.</summary>
    public static bool IsOf(string? text, ReadOnlySpan<byte> bytes) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var checksum) && checksum == Of(bytes);
}
