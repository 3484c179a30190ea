namespace Governance.Tests.Support.BigQuery.Kms;

/// <summary>CRC-32C (Castagnoli, RFC 3720), bit by bit: short, and not the code that is tested.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) is 0 ? crc >> 1 : crc >> 1 ^ Polynomial;
            }
        }

        return ~crc;
    }
}
