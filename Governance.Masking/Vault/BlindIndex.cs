using System.Buffers.Binary;

namespace Governance.Masking.Vault;

/// <summary>
/// AES-256-CMAC (NIST SP 800-38B) of a normalized identifier, under the domain's index key. Whoever lacks the key can neither
/// compute nor test one.
/// </summary>
/// <param name="High">The first eight bytes, big-endian.</param>
/// <param name="Low">The last eight bytes, big-endian.</param>
public readonly record struct BlindIndex(ulong High, ulong Low)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    /// <summary>Reads the first sixteen bytes.</summary>
    public static BlindIndex Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>An index as one number, read big-endian.</summary>
    internal static BlindIndex Of(UInt128 value) => new((ulong)(value >> 64), (ulong)value);

    /// <summary>The sixteen bytes.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        return bytes;
    }

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
