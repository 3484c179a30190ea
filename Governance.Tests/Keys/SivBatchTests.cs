using System.Buffers.Binary;
using CsCheck;
using Governance.Masking.Keys;

namespace Governance.Tests.Keys;

public sealed class SivBatchTests : IDisposable
{
    private readonly AesSiv[] _keys =
    [
        .. Enumerable
            .Range(0, 9)
            .Select(number => new AesSiv([.. Enumerable.Range(number, 64).Select(value => (byte)value)])),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void Encrypt_AnyValuesOfSeveralKeys_GivesWhatEachAloneGives(int keys)
    {
        var batch = SivBatch.Rent();
        Gen.Select(Gen.Byte.Array[0, SivBatch.MaxLength], Gen.Int[0, keys - 1], Gen.UInt)
            .Array[0, SivBatch.Capacity]
            .Sample(
                values =>
                {
                    batch.Clear();
                    return Agrees(batch, values.Select(value => (value.Item1, _keys[value.Item2], value.Item3)));
                },
                iter: 500,
                threads: 1
            );
    }

    [Fact]
    public void Encrypt_EveryLength_GivesWhatEachAloneGives()
    {
        var batch = SivBatch.Rent();
        for (var first = 0; first <= SivBatch.MaxLength; first += 10)
        {
            batch.Clear();
            var lengths = Enumerable.Range(first, Math.Min(10, SivBatch.MaxLength - first + 1));
            Agrees(batch, lengths.Select(length => (new byte[length], _keys[0], 7u))).Should().BeTrue();
        }
    }

    [Fact]
    public void Encrypt_KeysWithAndWithoutInstructionsAndOfOtherLength_GivesWhatEachAloneGives()
    {
        using var platform = new AesSiv(new byte[64], allowInstructions: false);
        using var small = new AesSiv(new byte[32]);
        AesSiv[] keys = [_keys[0], platform, small];
        var batch = SivBatch.Rent();
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, 2])
            .Array[1, SivBatch.Capacity]
            .Sample(
                values =>
                {
                    batch.Clear();
                    return Agrees(batch, values.Select(value => (value.Item1, keys[value.Item2], 1u)));
                },
                iter: 100,
                threads: 1
            );
    }

    [Fact]
    public void Add_TooLong_Throws()
    {
        var add = () => SivBatch.Rent().Add(_keys[0], _keys[0].Start, 1, SivBatch.MaxLength + 1, 0);
        add.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Encrypt_DisposedKey_Throws()
    {
        var batch = SivBatch.Rent();
        batch.Add(_keys[0], _keys[0].Start, 1, 3, 0);
        _keys[0].Dispose();
        var encrypt = batch.Encrypt;
        encrypt.Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Return_Batch_ForgetsItsValues()
    {
        var batch = SivBatch.Rent();
        "Lovelace"u8.CopyTo(batch.Room);
        batch.Add(_keys[0], _keys[0].Start, 1, 8, 0);
        batch.Encrypt();
        batch.Return();
        batch.Count.Should().Be(0);
        batch.Room.ToArray().Should().OnlyContain(value => value == 0);
        SivBatch.Rent().Should().BeSameAs(batch);
        SivBatch.Rent().Should().NotBeSameAs(batch, "it is in use");
    }

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    private static bool Agrees(SivBatch batch, IEnumerable<(byte[] Plain, AesSiv Key, uint Id)> values)
    {
        var expected = new List<byte[]>();
        foreach (var (plain, key, id) in values)
        {
            var state = key.Absorb(key.Start, BitConverter.GetBytes(id));
            plain.CopyTo(batch.Room);
            batch.Add(key, state, id, plain.Length, 100 + expected.Count);
            var alone = new byte[plain.Length + KeyRing.Overhead];
            alone[0] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(alone.AsSpan(1), id);
            key.Encrypt(state, plain, alone.AsSpan(KeyRing.PrefixLength));
            expected.Add(alone);
        }

        batch.Encrypt();
        return batch.Count == expected.Count
            && expected
                .Index()
                .All(alone =>
                    batch.IndexOf(alone.Index) == 100 + alone.Index
                    && batch.Encrypted(alone.Index).SequenceEqual(alone.Item)
                );
    }
}
