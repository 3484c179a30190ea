using System.Security.Cryptography;
using CsCheck;
using Governance.Masking.Vault;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Vault;

/// <summary>What every vault keeps. A store's own tests derive from it.</summary>
public abstract class VaultSuite : IAsyncLifetime
{
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero));

    protected IVault Vault { get; private set; } = null!;

    /// <summary>Opens the store once more, as another process would. The subclass disposes all that it opened.</summary>
    protected abstract Task<IVault> OpenAsync();

    protected abstract ValueTask CloseAsync();

    public async ValueTask InitializeAsync() => Vault = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task GetOrAddAsync_TakenKey_ReturnsTheStoredRowInOrder()
    {
        var first = Row("email", 1);
        _ = await Vault.GetOrAddAsync([first], default);
        var other = Row("email", 2);
        var rows = await Vault.GetOrAddAsync([other, Row("email", 1)], default);
        rows[0].Should().BeEquivalentTo(other);
        rows[1].Should().BeEquivalentTo(first);
        (await Vault.CountAsync(default)).Should().Be(2);
    }

    [Fact]
    public async Task GetOrAddAsync_ManyWritersOfTheSameKeys_AllGetTheSameRows()
    {
        var second = await OpenAsync();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(writer =>
                    Task.Run(async () =>
                        await (writer % 2 == 0 ? Vault : second).GetOrAddAsync(
                            [.. Enumerable.Range(0, 200).Select(index => Row("email", (ulong)index))],
                            default
                        )
                    )
                )
        );
        foreach (var answer in answers)
        {
            answer.Select(row => row.Surrogate).Should().Equal(answers[0].Select(row => row.Surrogate));
        }

        (await Vault.CountAsync(default)).Should().Be(200);
    }

    [Fact]
    public async Task FindAsync_KnownAndUnknown_GivesTheKnown()
    {
        var row = Row("email", 1);
        _ = await Vault.GetOrAddAsync([row, Row("phone", 1)], default);
        var found = await Vault.FindAsync([row.Key, new IdentifierKey("email", new BlindIndex(9, 9))], default);
        found.Should().ContainSingle().Which.Should().BeEquivalentTo(row);
        var bySurrogate = await Vault.FindBySurrogateAsync([row.Surrogate, Guid.Empty], default);
        bySurrogate.Should().ContainSingle().Which.Should().BeEquivalentTo(row);
    }

    [Fact]
    public async Task ReplaceAsync_Known_KeepsTheSurrogateUnderTheNewKeyAndTellsOfTheOld()
    {
        var row = Row("email", 1);
        _ = await Vault.GetOrAddAsync([row, Row("email", 3)], default);
        var position = (await Vault.DestroyedSinceAsync(null, default)).Position;
        var right = Row("email", 2) with { Surrogate = row.Surrogate };

        (await Vault.ReplaceAsync(row.Key, right, default)).Should().Be(VaultReplacement.Replaced);

        (await Vault.FindAsync([row.Key], default)).Should().BeEmpty();
        (await Vault.FindAsync([right.Key], default)).Should().ContainSingle().Which.Should().BeEquivalentTo(right);
        (await Vault.FindBySurrogateAsync([row.Surrogate], default)).Should().ContainSingle();
        (await Vault.CountAsync(default)).Should().Be(2);
        var told = await Vault.DestroyedSinceAsync(position, default);
        told.IsComplete.Should().BeTrue();
        told.IndexPrefixes.Should().Equal(row.Key.Index.High);

        (await Vault.ReplaceAsync(row.Key, right, default)).Should().Be(VaultReplacement.Taken, "it stands there now");
        (await Vault.ReplaceAsync(row.Key, Row("email", 9), default)).Should().Be(VaultReplacement.Missing);
        (await Vault.ReplaceAsync(right.Key, Row("email", 8), default))
            .Should()
            .Be(VaultReplacement.Missing, "a row of another surrogate is not its successor");
        (await Vault.ReplaceAsync(right.Key, Row("email", 3) with { Surrogate = row.Surrogate }, default))
            .Should()
            .Be(VaultReplacement.Taken);
        (await Vault.FindAsync([right.Key], default)).Should().ContainSingle("nothing was changed");
    }

    [Fact]
    public async Task DestroyAsync_Twice_CountsOnce()
    {
        var row = Row("email", 1);
        _ = await Vault.GetOrAddAsync([row], default);
        (await Vault.DestroyAsync([row.Key], default)).Should().Be(1);
        (await Vault.DestroyAsync([row.Key], default)).Should().Be(0);
        (await Vault.FindAsync([row.Key], default)).Should().BeEmpty();
    }

    [Fact]
    public async Task DestroyAsync_WhileOthersReadAndWrite_EndsAndLosesNothing()
    {
        var kept = Enumerable.Range(0, 500).Select(_ => RandomRow()).ToArray();
        _ = await Vault.GetOrAddAsync(kept, default);
        var doomed = Enumerable.Range(0, 20).Select(_ => RandomRow()).ToArray();
        _ = await Vault.GetOrAddAsync(doomed, default);
        var others = Enumerable
            .Range(0, 4)
            .Select(worker =>
                Task.Run(async () =>
                {
                    for (var round = 0; round < 20; round++)
                    {
                        _ = await Vault.GetOrAddAsync([RandomRow()], default);
                        (await Vault.FindAsync([.. kept.Select(row => row.Key)], default)).Should().HaveCount(500);
                    }
                })
            )
            .ToArray();
        foreach (var row in doomed)
        {
            (await Vault.DestroyAsync([row.Key], default)).Should().Be(1);
        }

        await Task.WhenAll(others);
        (await Vault.CountAsync(default)).Should().Be(580);
    }

    [Fact]
    public async Task GetOrAddAsync_DomainsAndBytesOfEveryKind_AreKeptAsTheyAre()
    {
        VaultRow[] rows =
        [
            Row("email", 1),
            Row("na\u00efve \"quoted\" \U0001F600", 1),
            Row("email", ulong.MaxValue) with
            {
                SealedIdentifier = [],
            },
            Row("empty", 2) with
            {
                WrappedKey = [0, 0xff, 0],
                Surrogate = Guid.Empty,
            },
        ];
        (await Vault.GetOrAddAsync(rows, default))
            .Should()
            .BeEquivalentTo(rows, options => options.WithStrictOrdering());
        (await Vault.FindAsync([.. rows.Select(row => row.Key)], default)).Should().BeEquivalentTo(rows);
    }

    // Batches of overlapping keys from several connections at once, some destroyed between: who has a row, has the one that stands.
    [Fact]
    public async Task GetOrAddAsync_OverlappingBatchesFromSeveralConnections_AgreeOnEveryRow()
    {
        IVault[] vaults = [Vault, await OpenAsync(), await OpenAsync()];
        var seeds = Gen.Int.Array[6].Single();
        var answers = await Task.WhenAll(
            seeds.Select(
                (seed, number) =>
                    Task.Run(async () =>
                    {
#pragma warning disable RS0030 // Seeded: a failure can be run again.
                        var random = new Random(seed);
                        var seen = new List<VaultRow>();
                        for (var round = 0; round < 10; round++)
                        {
                            var keys = Enumerable.Range(0, 100).ToArray();
                            random.Shuffle(keys);
                            VaultRow[] batch =
                            [
                                .. keys.Take(random.Next(1, 60)).Select(key => Row("email", (ulong)key)),
                            ];
#pragma warning restore RS0030
                            var got = await vaults[number % vaults.Length].GetOrAddAsync(batch, default);
                            got.Select(row => row.Key).Should().Equal(batch.Select(row => row.Key));
                            seen.AddRange(got);
                        }

                        return seen;
                    })
            )
        );
        var stored = (
            await Vault.FindAsync([.. Enumerable.Range(0, 100).Select(key => Row("email", (ulong)key).Key)], default)
        ).ToDictionary(row => row.Key, row => row.Surrogate);
        answers.SelectMany(seen => seen).Should().OnlyContain(row => stored[row.Key] == row.Surrogate);
    }

    [Fact]
    public async Task DestroyedSinceAsync_FromTheBeginningOn_TellsWhatWasDestroyedAndNothingTwice()
    {
        var other = await OpenAsync();
        VaultRow[] rows = [RandomRow(), RandomRow(), RandomRow()];
        _ = await Vault.GetOrAddAsync(rows, default);
        _ = await Vault.DestroyAsync([rows[0].Key], default);

        var begin = await other.DestroyedSinceAsync(null, default);
        begin.IsComplete.Should().BeTrue();
        begin.IndexPrefixes.Should().BeEmpty("who begins has kept nothing yet");

        _ = await Vault.DestroyAsync([rows[1].Key, rows[2].Key], default);
        _ = await Vault.DestroyAsync([rows[1].Key], default);
        var next = await other.DestroyedSinceAsync(begin.Position, default);
        next.IsComplete.Should().BeTrue();
        next.IndexPrefixes.Should().BeEquivalentTo([rows[1].Key.Index.High, rows[2].Key.Index.High]);
        (await other.DestroyedSinceAsync(next.Position, default)).IndexPrefixes.Should().BeEmpty();
    }

    [Fact]
    public async Task DestroyedSinceAsync_OlderThanTheLogReaches_SaysSo()
    {
        VaultRow[] rows = [RandomRow(), RandomRow()];
        _ = await Vault.GetOrAddAsync(rows, default);
        var begin = await Vault.DestroyedSinceAsync(null, default);
        _ = await Vault.DestroyAsync([rows[0].Key], default);
        var read = await Vault.DestroyedSinceAsync(begin.Position, default);
        Time.Advance(TimeSpan.FromHours(1.1));
        _ = await Vault.DestroyAsync([rows[1].Key], default);

        (await Vault.DestroyedSinceAsync(begin.Position, default)).IsComplete.Should().BeFalse();
        var rest = await Vault.DestroyedSinceAsync(read.Position, default);
        rest.IsComplete.Should().BeTrue("all that it lacks is there still");
        rest.IndexPrefixes.Should().Equal(rows[1].Key.Index.High);
    }

    [Fact]
    public async Task DestroyedSinceAsync_PositionOfAnotherLog_SaysSo() =>
        (await Vault.DestroyedSinceAsync(1_000_000, default)).IsComplete.Should().BeFalse();

    protected static VaultRow Row(string domain, ulong index) =>
        RandomRow() with
        {
            Key = new IdentifierKey(domain, new BlindIndex(index, index)),
        };

    protected static VaultRow RandomRow() =>
        new(
            new IdentifierKey("email", BlindIndex.Read(RandomNumberGenerator.GetBytes(16))),
            RandomUuid.Create(),
            RandomNumberGenerator.GetBytes(85),
            RandomNumberGenerator.GetBytes(40)
        );
}
