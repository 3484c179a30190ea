using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Keys.CloudKms;

namespace Governance.Tests.Keys.CloudKms;

public sealed class Crc32CTests
{
    /// <summary>The check value of CRC-32C, and RFC 3720, appendix B.4.</summary>
    public static TheoryData<byte[], uint> Published =>
        new()
        {
            { [], 0 },
            { Encoding.ASCII.GetBytes("123456789"), 0xE3069283 },
            { new byte[32], 0x8A9136AA },
            { [.. Enumerable.Repeat((byte)0xFF, 32)], 0x62A8AB43 },
            { [.. Enumerable.Range(0, 32).Select(number => (byte)number)], 0x46DD794E },
            { [.. Enumerable.Range(0, 32).Reverse().Select(number => (byte)number)], 0x113FDB5C },
            {
                // An iSCSI SCSI Read (10) command PDU.
                Convert.FromHexString(
                    "01C0000000000000000000000000000014000000000004000000001400000018280000000000000002000000"
                        + "00000000"
                ),
                0xD9963A56
            },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Of_PublishedVector_IsMet(byte[] bytes, uint checksum) => Crc32C.Of(bytes).Should().Be(checksum);

    [Fact]
    public void Of_AnyLength_IsWhatBitByBitGives()
    {
        for (var length = 0; length < 70; length++)
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            Crc32C.Of(bytes).Should().Be(Support.BigQuery.Kms.Crc32C.Of(bytes), "of {0} bytes", length);
        }
    }

    [Theory]
    [InlineData("3808858755", true)]
    [InlineData("3808858754", false)]
    [InlineData("-486108541", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsOf_AnAnswersText_HoldsForTheChecksumAlone(string? text, bool holds) =>
        Crc32C.IsOf(text, "123456789"u8).Should().Be(holds);
}
