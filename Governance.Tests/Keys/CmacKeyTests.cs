using CsCheck;
using Governance.Masking.Keys;

namespace Governance.Tests.Keys;

public sealed class CmacKeyTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    // RFC 4493, 4 (AES-128) and NIST SP 800-38B, D.3 (AES-256).
    [Theory]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", 0, "bb1d6929e95937287fa37d129b756746")]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", 16, "070a16b46b4d4144f79bdd9dd04a287c")]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", 40, "dfa66747de9ae63030ca32611497c827")]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", 64, "51f0bebf7e3b9d92fc49741779363cfe")]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        0,
        "028962f61b7bf89efc6b551f4667d983"
    )]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        16,
        "28a7023f452e8f82bd4bf28d8c37c35c"
    )]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        40,
        "aaf3d8f1de5640c232f5b169b9c911e6"
    )]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        64,
        "e1992190549f6ed5696a2c056c315410"
    )]
    public void Hash_PublishedExamples_GivesPublishedHash(string key, int length, string expected)
    {
        var message = Convert.FromHexString(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
        )[..length];
        foreach (var instructions in new[] { true, false })
        {
            using var cmac = new CmacKey(Convert.FromHexString(key), instructions);
            var hash = new byte[CmacKey.Size];
            cmac.Hash(message, hash);
            Convert.ToHexStringLower(hash).Should().Be(expected);
            var hashes = new UInt128[1];
            cmac.HashMany(message, [length], hashes);
            hashes[0].ToString("x32", null).Should().Be(expected);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HashMany_AnyMessages_GivesWhatEachAloneGives(bool instructions)
    {
        using var cmac = new CmacKey(Key, instructions);
        using var platform = new CmacKey(Key, allowInstructions: false);
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 300])
            .Array[0, 100]
            .Sample(
                messages =>
                {
                    var hashes = new UInt128[messages.Length + 1];
                    var ends = new int[messages.Length];
                    var end = 0;
                    for (var index = 0; index < ends.Length; index++)
                    {
                        ends[index] = end += messages[index].Length;
                    }

                    cmac.HashMany(messages.SelectMany(message => message).ToArray(), ends, hashes);
                    hashes[^1].Should().Be(UInt128.Zero);
                    return messages.Select(message => platform.Hash(message)).SequenceEqual(hashes[..^1]);
                },
                iter: 200
            );
    }

    [Fact]
    public void HashMany_Again_AllocatesNothing()
    {
        using var cmac = new CmacKey(Key);
        var messages = new byte[1000];
        int[] ends = [.. Enumerable.Range(1, 50).Select(index => index * 20)];
        var hashes = new UInt128[50];
        cmac.HashMany(messages, ends, hashes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            cmac.HashMany(messages, ends, hashes);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void HashMany_AfterDispose_Throws()
    {
        var cmac = new CmacKey(Key);
        cmac.Dispose();
        var hash = () => cmac.HashMany(new byte[20], [20], new UInt128[1]);
        hash.Should().Throw<ObjectDisposedException>();
    }
}
