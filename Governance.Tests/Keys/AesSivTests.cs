using CsCheck;
using Governance.Masking.Keys;

namespace Governance.Tests.Keys;

public sealed class AesSivTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 64).Select(value => (byte)value)];

    [Fact]
    public void Encrypt_AnyLength_InstructionsAndPlatformAgree()
    {
        using var fast = new AesSiv(Key);
        using var slow = new AesSiv(Key, allowInstructions: false);
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 80])
            .Sample(
                (plain, associatedData) =>
                    Encrypt(fast, plain, associatedData).AsSpan().SequenceEqual(Encrypt(slow, plain, associatedData)),
                iter: 2000
            );
    }

    [Fact]
    public void TryDecrypt_AnyByteAltered_IsRefusedAndCleared()
    {
        using var siv = new AesSiv(Key);
        var ciphertext = Encrypt(siv, "a value of more than two blocks, in plain"u8, "context"u8);
        var state = siv.Absorb(siv.Start, "context"u8);
        for (var index = 0; index < ciphertext.Length; index++)
        {
            var altered = ciphertext.ToArray();
            altered[index] ^= 1;
            var opened = new byte[ciphertext.Length - AesSiv.Overhead];
            siv.TryDecrypt(state, altered, opened).Should().BeFalse();
            opened.Should().OnlyContain(value => value == 0);
        }
    }

    [Fact]
    public void TryDecrypt_OtherContext_IsRefused()
    {
        using var siv = new AesSiv(Key);
        var ciphertext = Encrypt(siv, "value"u8, "context"u8);
        siv.TryDecrypt(siv.Start, ciphertext, new byte[5]).Should().BeFalse();
        siv.TryDecrypt(siv.Absorb(siv.Start, "Context"u8), ciphertext, new byte[5]).Should().BeFalse();
    }

    [Fact]
    public void Encrypt_KeptState_AllocatesNothing()
    {
        using var siv = new AesSiv(Key);
        var state = siv.Absorb(siv.Start, "context"u8);
        var plain = new byte[100];
        var ciphertext = new byte[116];
        siv.Encrypt(state, plain, ciphertext);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            siv.Encrypt(state, plain, ciphertext);
            _ = siv.TryDecrypt(state, ciphertext, plain);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Encrypt_AfterDispose_Throws()
    {
        var siv = new AesSiv(Key);
        siv.Dispose();
        var encrypt = () => siv.Encrypt(default, new byte[1], new byte[17]);
        encrypt.Should().Throw<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(128)]
    public void Constructor_WrongKeyLength_Throws(int length)
    {
        var make = () => new AesSiv(new byte[length]);
        make.Should().Throw<ArgumentException>();
    }

    private static byte[] Encrypt(AesSiv siv, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associatedData)
    {
        var ciphertext = new byte[plain.Length + AesSiv.Overhead];
        siv.Encrypt(siv.Absorb(siv.Start, associatedData), plain, ciphertext);
        return ciphertext;
    }
}
