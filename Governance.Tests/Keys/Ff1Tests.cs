using CsCheck;
using Governance.Masking.Keys;
using Org.BouncyCastle.Crypto.Fpe;
using Org.BouncyCastle.Crypto.Parameters;

namespace Governance.Tests.Keys;

public sealed class Ff1Tests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    [Theory]
    [InlineData(2, 20)]
    [InlineData(10, 6)]
    [InlineData(26, 5)]
    [InlineData(36, 4)]
    [InlineData(62, 4)]
    [InlineData(256, 3)]
    public void MinLength_Radix_IsWhereTheDomainReachesAMillion(int radix, int expected)
    {
        using var ff1 = new Ff1(Key, radix);
        ff1.MinLength.Should().Be(expected);
        var tooShort = () => ff1.Encrypt([], new byte[expected - 1]);
        tooShort.Should().Throw<ArgumentException>();
        var tooLong = () => ff1.Decrypt([], new byte[Ff1.MaxLength + 1]);
        tooLong.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Encrypt_NumeralOutsideOfTheRadix_Throws()
    {
        using var ff1 = new Ff1(Key, 10);
        var encrypt = () => ff1.Encrypt([], [1, 2, 3, 10, 5, 6]);
        encrypt.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(257)]
    public void Constructor_NoRadix_Throws(int radix)
    {
        var make = () => new Ff1(Key, radix);
        make.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(40)]
    public void Constructor_NoKey_Throws(int length)
    {
        var make = () => new Ff1(new byte[length], 10);
        make.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Encrypt_AnyRadixLengthAndTweak_GivesWhatBouncyCastleGives()
    {
        Gen.Select(
                Gen.OneOf(Gen.Const(10), Gen.Const(26), Gen.Const(36), Gen.Const(62), Gen.Int[2, 256]),
                Gen.OneOf(Gen.Int[0, 30], Gen.Int[0, 120]),
                Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[0, 50]),
                Gen.ULong
            )
            .Sample(
                (radix, extra, tweak, seed) =>
                {
                    using var ff1 = new Ff1(Key, radix);
#pragma warning disable RS0030 // Seeded: a failure can be run again.
                    var random = new Random((int)seed);
                    var plain = new byte[ff1.MinLength + extra];
                    foreach (ref var numeral in plain.AsSpan())
                    {
                        // Halves at the ends of their range are where arithmetic goes wrong.
                        numeral = (byte)(seed % 5 == 0 ? radix - 1 : random.Next(radix));
                    }
#pragma warning restore RS0030

                    var engine = new FpeFf1Engine();
                    engine.Init(true, new FpeParameters(new KeyParameter(Key), radix, tweak));
                    var expected = new byte[plain.Length];
                    _ = engine.ProcessBlock(plain, 0, plain.Length, expected, 0);

                    var numerals = plain.ToArray();
                    ff1.Encrypt(tweak, numerals);
                    numerals.Should().Equal(expected);
                    ff1.Decrypt(tweak, numerals);
                    numerals.Should().Equal(plain);
                },
                iter: 3000
            );
    }

    [Fact]
    public void Encrypt_WithoutInstructions_GivesTheSame()
    {
        using var fast = new Ff1(Key, 10);
        using var slow = new Ff1(Key, 10, allowInstructions: false);
        Gen.Select(Gen.Byte[0, 9].Array[6, 80], Gen.Byte.Array[0, 20])
            .Sample(
                (plain, tweak) =>
                {
                    var left = plain.ToArray();
                    var right = plain.ToArray();
                    fast.Encrypt(tweak, left);
                    slow.Encrypt(tweak, right);
                    return left.SequenceEqual(right);
                },
                iter: 300
            );
    }

    [Theory]
    [InlineData(10, 16)]
    [InlineData(10, 56)]
    [InlineData(36, 36)]
    [InlineData(62, 32)]
    public void Encrypt_ShortValue_AllocatesNothing(int radix, int length)
    {
        using var ff1 = new Ff1(Key, radix);
        var numerals = new byte[length];
        ff1.Encrypt("tweak"u8, numerals);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            ff1.Encrypt("tweak"u8, numerals);
            ff1.Decrypt([], numerals);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Encrypt_AfterDispose_Throws()
    {
        var ff1 = new Ff1(Key, 10);
        ff1.Dispose();
        var encrypt = () => ff1.Encrypt([], new byte[6]);
        encrypt.Should().Throw<ObjectDisposedException>();
    }
}
