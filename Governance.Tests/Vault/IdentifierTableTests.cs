using System.Security.Cryptography;
using CsCheck;
using Governance.Masking.Vault;

namespace Governance.Tests.Vault;

public sealed class IdentifierTableTests
{
    private const long Life = 60_000;

    private readonly RemovalEpoch _epoch = new();

    // Few distinct indexes, most of them beginning alike, so that entries stand in each other's way; a capacity that is never reached.
    [Fact]
    public void Table_AnyOperations_IsADictionary()
    {
        var key = Gen.Select(Gen.Int[1, 2], Gen.ULong[0, 20], Gen.ULong[0, 2]);
        var operation = Gen.Select(Gen.Int[0, 9], key, Gen.Guid);
        operation
            .Array[0, 300]
            .Sample(
                operations =>
                {
                    var epoch = new RemovalEpoch();
                    var table = new IdentifierTable<Guid>(1000, Life, epoch);
                    var model = new Dictionary<(int, BlindIndex), Guid>();
                    foreach (var (kind, (domain, high, low), value) in operations)
                    {
                        // Homes at both ends of the array, so that runs go round it.
                        var index = new BlindIndex(high % 3 == 0 ? uint.MaxValue - high : high, low);
                        switch (kind)
                        {
                            case 0:
                                epoch.MoveOn();
                                table.Remove(index.High);
                                foreach (var gone in model.Keys.Where(one => one.Item2.High == index.High).ToArray())
                                {
                                    model.Remove(gone);
                                }

                                break;
                            case 1 when high == 20:
                                epoch.MoveOn();
                                table.Clear();
                                model.Clear();
                                break;
                            default:
                                table.Add(domain, index, value, 0, epoch.Value);
                                model[(domain, index)] = value;
                                break;
                        }

                        if (table.Count != model.Count)
                        {
                            return false;
                        }
                    }

                    return model.All(one =>
                            table.TryGet(one.Key.Item1, one.Key.Item2, 0, out var found) && found == one.Value
                        ) && !table.TryGet(3, new BlindIndex(0, 0), 0, out _);
                },
                iter: 1000
            );
    }

    [Fact]
    public void TryGet_AfterItsLife_FindsNothing()
    {
        var table = new IdentifierTable<Guid>(10, Life, _epoch);
        var index = new BlindIndex(1, 2);
        table.Add(1, index, Guid.Empty, 1000, _epoch.Value);
        table.TryGet(1, index, 1000 + Life - 100, out _).Should().BeTrue();
        table.TryGet(1, index, 1000 + Life, out _).Should().BeFalse();
        table.Count.Should().Be(1);
        table.Sweep(1000 + Life);
        table.Count.Should().Be(0);
    }

    [Fact]
    public void Sweep_SomeExpired_KeepsTheOthers()
    {
        var table = new IdentifierTable<int>(100_000, Life, _epoch);
        var indexes = Enumerable.Range(0, 50_000).Select(_ => RandomIndex()).ToArray();
        for (var number = 0; number < indexes.Length; number++)
        {
            table.Add(1, indexes[number], number, number % 3 == 0 ? 0 : Life, _epoch.Value);
        }

        table.Sweep(Life);
        for (var number = 0; number < indexes.Length; number++)
        {
            table.TryGet(1, indexes[number], Life, out var value).Should().Be(number % 3 != 0);
            value.Should().Be(number % 3 != 0 ? number : 0);
        }
    }

    [Fact]
    public void Add_OtherDomainOfTheSameIndex_IsAnotherEntry()
    {
        var table = new IdentifierTable<int>(10, Life, _epoch);
        var index = RandomIndex();
        table.Add(1, index, 1, 0, _epoch.Value);
        table.Add(2, index, 2, 0, _epoch.Value);
        table.TryGet(1, index, 0, out var first).Should().BeTrue();
        table.TryGet(2, index, 0, out var second).Should().BeTrue();
        (first, second).Should().Be((1, 2));
    }

    [Fact]
    public void Add_ReadBeforeARemoval_IsNotKept()
    {
        var table = new IdentifierTable<int>(10, Life, _epoch);
        var index = RandomIndex();
        var seen = _epoch.Value;
        _epoch.MoveOn();
        table.Remove(index.High);
        table.Add(1, index, 1, 0, seen);
        table.TryGet(1, index, 0, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(5000)]
    [InlineData(200_000)]
    public void Add_MoreThanItHolds_StaysBoundedAndKeepsTheNewest(int capacity)
    {
        var table = new IdentifierTable<int>(capacity, Life, _epoch);
        BlindIndex index = default;
        for (var number = 0; number < (capacity * 2) + 10; number++)
        {
            index = RandomIndex();
            table.Add(1, index, number, 0, _epoch.Value);
        }

        table.Count.Should().BeInRange((long)(capacity * 0.99), (long)(capacity * 1.01));
        table.TryGet(1, index, 0, out _).Should().Be(capacity > 0);
    }

    // A hand that forgets slot after slot leaves thousands of full ones before it.
    [Fact]
    public void Add_ThreeTimesWhatItHolds_LeavesLookUpsShort()
    {
        var table = new IdentifierTable<int>(50_000, Life, _epoch);
        for (var number = 0; number < 150_000; number++)
        {
            table.Add(1, RandomIndex(), number, 0, _epoch.Value);
        }

        table.LongestRun.Should().BeLessThan(500);
    }

    [Fact]
    public void Add_FullOfUsedAndUnused_ForgetsTheUnused()
    {
        const int capacity = 1000;
        var table = new IdentifierTable<int>(capacity, Life, _epoch);
        for (var number = 0; number <= capacity; number++)
        {
            table.Add(1, RandomIndex(), number, 0, _epoch.Value);
        }

        var used = Enumerable.Range(0, 300).Select(_ => RandomIndex()).ToArray();
        foreach (var index in used)
        {
            table.Add(1, index, 1, 0, _epoch.Value);
        }

        for (var round = 0; round < 10; round++)
        {
            foreach (var index in used)
            {
                _ = table.TryGet(1, index, 0, out _);
            }

            for (var number = 0; number < 200; number++)
            {
                table.Add(1, RandomIndex(), number, 0, _epoch.Value);
            }
        }

        used.Count(index => table.TryGet(1, index, 0, out _)).Should().BeGreaterThan(250);
    }

    // Ten million take half a gigabyte (measured, by filling it: 52 bytes each); this holds the bytes of an entry to that.
    [Fact]
    public void Add_AsManyAsItHolds_TakesAtMostSeventyBytesEach()
    {
        var table = new IdentifierTable<Guid>(500_000, Life, _epoch);
        for (var number = 0; number < 500_000; number++)
        {
            table.Add(1, RandomIndex(), Guid.Empty, 0, _epoch.Value);
        }

        table.Count.Should().BeGreaterThan(499_000);
        table.Bytes.Should().BeLessThan(500_000 * 70);
    }

    // Every value tells its index: whoever ever reads another one's has seen a slot while it moved.
    [Fact]
    public async Task Table_ReadersWritersAndRemovers_NeverMixEntriesNorBringBackWhatWasRemoved()
    {
        var table = new IdentifierTable<Guid>(3000, Life, _epoch);
        var indexes = Enumerable.Range(0, 4000).Select(_ => RandomIndex()).ToArray();
        var removed = new bool[indexes.Length];
        var next = 0;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
#pragma warning disable RS0030 // Seeded: a failure can be run again.
        var writers = Enumerable
            .Range(0, 2)
            .Select(seed =>
                Task.Run(() =>
                {
                    var random = new Random(seed);
                    while (!stop.IsCancellationRequested)
                    {
                        // Often one of those that are about to be removed.
                        var number =
                            random.Next(2) == 0
                                ? random.Next(indexes.Length)
                                : Math.Min(Volatile.Read(ref next) + random.Next(3), indexes.Length - 1);

                        // As one who asks the vault: first the epoch, then the row, which may be gone by then.
                        var seen = _epoch.Value;
                        if (!Volatile.Read(ref removed[number]))
                        {
                            if (number % 4 == 0)
                            {
                                // The answer is on its way, and the row is destroyed meanwhile.
                                Thread.Sleep(1);
                            }

                            table.Add(1, indexes[number], ValueOf(indexes[number]), 0, seen);
                        }
                    }
                })
            );
        var readers = Enumerable
            .Range(0, 2)
            .Select(seed =>
                Task.Run(() =>
                {
                    var random = new Random(100 + seed);
                    while (!stop.IsCancellationRequested)
                    {
                        var number = random.Next(indexes.Length);
                        if (table.TryGet(1, indexes[number], 0, out var value))
                        {
                            value.Should().Be(ValueOf(indexes[number]));
                        }
                    }
                })
            );
#pragma warning restore RS0030
        var remover = Task.Run(async () =>
        {
            for (var number = 0; number < indexes.Length / 2 && !stop.IsCancellationRequested; number++)
            {
                Volatile.Write(ref next, number + 1);
                Volatile.Write(ref removed[number], true);
                _epoch.MoveOn();
                table.Remove(indexes[number].High);
                table.TryGet(1, indexes[number], 0, out _).Should().BeFalse();
                if (number % 100 == 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                }
            }
        });
        await Task.WhenAll([.. writers, .. readers, remover]);
        for (var number = 0; number < indexes.Length; number++)
        {
            if (removed[number])
            {
                table.TryGet(1, indexes[number], 0, out _).Should().BeFalse();
            }
        }

        removed.Count(one => one).Should().BeGreaterThan(100);
    }

    private static Guid ValueOf(BlindIndex index) => new(index.ToByteArray());

    private static BlindIndex RandomIndex() => BlindIndex.Read(RandomNumberGenerator.GetBytes(BlindIndex.Size));
}
