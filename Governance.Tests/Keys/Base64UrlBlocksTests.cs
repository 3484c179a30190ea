using System.Buffers.Text;
using CsCheck;
using Governance.Masking.Keys;

namespace Governance.Tests.Keys;

public sealed class Base64UrlBlocksTests
{
    [Fact]
    public void Encode_AnyBytes_GivesWhatThePlatformGives()
    {
        Assert.SkipUnless(Base64UrlBlocks.IsSupported, "This processor lacks the instructions.");
        Gen.Byte.Array[0, 200]
            .Sample(
                bytes =>
                {
                    var room = new byte[bytes.Length + Base64UrlBlocks.Overrun];
                    room.AsSpan().Fill(0xa5);
                    bytes.CopyTo(room, 0);
                    room[bytes.Length] = room[bytes.Length + 1] = 0;
                    var expected = Base64Url.EncodeToUtf8(bytes);
                    var encoded = new byte[expected.Length + Base64UrlBlocks.Overrun];
                    Base64UrlBlocks.Encode(room, bytes.Length, encoded);
                    return encoded.AsSpan(0, expected.Length).SequenceEqual(expected);
                },
                iter: 5000
            );
    }

    [Theory]
    [InlineData(10, 25, 40)]
    [InlineData(10, 26, 15)]
    public void Encode_TooLittleRoom_Throws(int length, int room, int destination)
    {
        Assert.SkipUnless(Base64UrlBlocks.IsSupported, "This processor lacks the instructions.");
        var encode = () => Base64UrlBlocks.Encode(new byte[room], length, new byte[destination]);
        encode.Should().Throw<ArgumentOutOfRangeException>();
    }
}
