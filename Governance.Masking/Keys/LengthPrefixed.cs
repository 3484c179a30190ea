using System.Buffers.Binary;
using System.Text;

namespace Governance.Masking.Keys;

/// <summary>
/// Unambiguous concatenation: each part is its length (u32, big-endian) and its bytes. Two lists of parts never give the same
/// bytes, so (ab, c) and (a, bc) are different contexts.
/// </summary>
internal static class LengthPrefixed
{
    public static byte[] Encode(params ReadOnlySpan<string> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += sizeof(uint) + Encoding.UTF8.GetByteCount(part);
        }

        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var part in parts)
        {
            var count = Encoding.UTF8.GetBytes(part, rest[sizeof(uint)..]);
            BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)count);
            rest = rest[(sizeof(uint) + count)..];
        }

        return bytes;
    }
}
