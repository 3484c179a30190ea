using Governance.Masking.Vault;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Vault;

public sealed class DestructionFeedTests : IAsyncDisposable
{
    private static readonly BlindIndex One = new(1, 1);
    private static readonly BlindIndex Two = new(2, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly IdentifiersOptions _options = new();
    private readonly ToldVault _vault = new();
    private readonly IdentifierCache _cache;
    private readonly DestructionFeed _feed;

    public DestructionFeedTests()
    {
        _cache = new IdentifierCache(_options, _time);
        _feed = new DestructionFeed(_vault, _cache, _options, _time);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    [Fact]
    public async Task IsCurrent_BeforeTheFirstAnswer_IsNot()
    {
        _feed.IsCurrent.Should().BeFalse();
        (await _feed.EnsureCurrentAsync(default)).Should().BeTrue();
        _feed.IsCurrent.Should().BeTrue();
        _vault.Asked.Should().Equal([null]);
    }

    [Fact]
    public async Task Tick_RowDestroyedElsewhere_LeavesMemoryWithinASecond()
    {
        await FillAsync();
        _vault.Answer = position => new Destructions(position ?? 7, true, [1]);
        _time.Advance(_options.DestructionInterval);
        Has(One).Should().BeFalse();
        Has(Two).Should().BeTrue();
        _vault.Asked.Should().Equal(null, 7);
    }

    [Fact]
    public async Task Tick_LogThatReachesNotFarEnough_ForgetsAll()
    {
        await FillAsync();
        _vault.Answer = _ => new Destructions(900, false, []);
        _time.Advance(_options.DestructionInterval);
        Has(Two).Should().BeFalse();
        _cache.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Tick_NothingInMemoryAnyMore_AsksNoMore()
    {
        await FillAsync();
        _vault.Answer = position => new Destructions(position ?? 7, true, [1, 2]);
        _time.Advance(_options.DestructionInterval);
        var asked = _vault.Asked.Count;
        _time.Advance(_options.DestructionInterval * 5);
        _vault.Asked.Should().HaveCount(asked);

        // Again something to watch over.
        _vault.Answer = position => new Destructions(position ?? 7, true, []);
        await FillAsync();
        _time.Advance(_options.DestructionInterval);
        _vault.Asked.Count.Should().BeGreaterThan(asked + 1);
    }

    [Fact]
    public async Task IsCurrent_VaultThatAnswersNoMore_EndsAfterTheTolerance()
    {
        await FillAsync();
        _vault.Answer = _ => throw new VaultException("away");
        for (var second = 1; second < 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _feed.IsCurrent.Should().BeTrue();
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _feed.IsCurrent.Should().BeFalse();
        (await _feed.EnsureCurrentAsync(default)).Should().BeFalse("it asked, and there was no answer");

        // The answer that comes in the end goes on from the last position.
        _vault.Answer = position => new Destructions(position!.Value + 1, true, [1]);
        (await _feed.EnsureCurrentAsync(default)).Should().BeTrue();
        _vault.Asked[^1].Should().Be(7);
        Has(One).Should().BeFalse();
        Has(Two).Should().BeTrue();
    }

    [Fact]
    public async Task Tick_WholeLifePassed_SweepsWhatExpired()
    {
        await FillAsync();
        _time.Advance(_options.CacheLife);
        _cache.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task DisposeAsync_Ticking_StopsAskingAndForgets()
    {
        await FillAsync();
        await _feed.DisposeAsync();
        var asked = _vault.Asked.Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        _vault.Asked.Should().HaveCount(asked);
        _cache.IsEmpty.Should().BeTrue();
    }

    private async Task FillAsync()
    {
        await _feed.EnsureCurrentAsync(default);
        foreach (var index in new[] { One, Two })
        {
            _cache.Add(new IdentifierKey("email", index), Guid.Empty, null, _cache.Now, _cache.Epoch);
        }

        _feed.Keep();
    }

    private bool Has(BlindIndex index) => _cache.Surrogates.TryGet(_cache.NumberOf("email"), index, _cache.Now, out _);

    /// <summary>Answers about destructions alone, and notes what it was asked.</summary>
    private sealed class ToldVault : IVault
    {
        public Func<long?, Destructions> Answer { get; set; } = position => new Destructions(position ?? 7, true, []);

        public List<long?> Asked { get; } = [];

        public ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken)
        {
            Asked.Add(position);
            return ValueTask.FromResult(Answer(position));
        }

        public ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
            IReadOnlyList<VaultRow> candidates,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<VaultRow>> FindAsync(
            IReadOnlyCollection<IdentifierKey> keys,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
            IReadOnlyCollection<Guid> surrogates,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<VaultReplacement> ReplaceAsync(
            IdentifierKey key,
            VaultRow row,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<int> DestroyAsync(
            IReadOnlyCollection<IdentifierKey> keys,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<long> CountAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
