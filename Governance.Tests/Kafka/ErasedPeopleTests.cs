using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Kafka;

/// <summary>Events of erased people: dropped, or the beginning of something new where the contract says so.</summary>
public sealed class ErasedPeopleTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Erased = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MaskingBench _bench = new();
    private readonly MemoryRegistry _registry = new();
    private readonly FixedContracts _contracts = new();
    private readonly List _list = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(false, 1, false)]
    [InlineData(false, -1, false)]
    [InlineData(true, 1, true)]
    [InlineData(true, 0, false)]
    [InlineData(true, -1, false)]
    public async Task MaskAsync_AnEventOfAnErasedPerson_PassesOnlyWhereItIsNewerAndMay(
        bool startsAnew,
        int hoursAfter,
        bool passes
    )
    {
        _bench.Identifiers.TryGetKey("customer_id", "C-1"u8, out var key).Should().BeTrue();
        _list.Since[key] = Erased;
        _contracts.Publish(Notes.Of(Notes.Both) with { StartsAnew = startsAnew });
        var plans = new PlanCache(_contracts, _registry, _bench.Keys, TimeProvider.System);
        var id = await _registry.RegisterAsync("notes-value", Notes.Schema, default);
        SourceEvent[] events =
        [
            new(Notes.Topic, 0, 0, Erased.AddHours(hoursAfter), Notes.Value(id, "C-1")) { Key = "C-1"u8.ToArray() },
            new(Notes.Topic, 0, 1, Erased, Notes.Value(id, "C-2")) { Key = "C-2"u8.ToArray() },
        ];
        var options = new InterceptorOptions();

        var rows = await new BatchMasker(plans, _bench.Identifiers, _list, options).MaskAsync(events, default);
        var messages = await new MessageMasker(
            plans,
            _bench.Identifiers,
            _list,
            new MaskedSubjects(_registry),
            options
        ).MaskAsync(events, default);

        rows.Masked.Sum(group => group.Sources.Count).Should().Be(passes ? 2 : 1);
        rows.Suppressed.Should().HaveCount(passes ? 0 : 1);
        rows.Suppressed.Should().OnlyContain(dropped => dropped.IsNewer == (!startsAnew && hoursAfter > 0));
        messages.Masked.Should().HaveCount(passes ? 2 : 1);
        messages.Suppressed.Should().Equal(rows.Suppressed, "both ways say the same");
        _list.Renewed.Should().HaveCount(passes ? 1 : 0);
        (await _bench.Identifiers.FindAsync([key], default)).ContainsKey(key).Should().Be(passes);
    }

    [Theory]
    [InlineData(-1, -1, false)]
    [InlineData(-1, 1, false)]
    [InlineData(1, -1, false)]
    [InlineData(1, 1, true)]
    public async Task MaskAsync_APersonWhoWasErasedTwice_ComesAgainOnlyAfterTheSecondTime(
        int hoursAfterValue,
        int hoursAfterKey,
        bool isNewer
    )
    {
        foreach (var (customer, hours) in new[] { ("C-1", hoursAfterValue), ("C-9", hoursAfterKey) })
        {
            _bench
                .Identifiers.TryGetKey("customer_id", System.Text.Encoding.UTF8.GetBytes(customer), out var key)
                .Should()
                .BeTrue();
            _list.Since[key] = Erased.AddHours(-hours);
        }

        _contracts.Publish(Notes.Of(Notes.ToTopic));
        var plans = new PlanCache(_contracts, _registry, _bench.Keys, TimeProvider.System);
        var id = await _registry.RegisterAsync("notes-value", Notes.Schema, default);

        var messages = await new MessageMasker(
            plans,
            _bench.Identifiers,
            _list,
            new MaskedSubjects(_registry),
            new InterceptorOptions()
        ).MaskAsync(
            [new SourceEvent(Notes.Topic, 0, 0, Erased, Notes.Value(id, "C-1")) { Key = "C-9"u8.ToArray() }],
            default
        );

        messages.Masked.Should().BeEmpty();
        messages.Suppressed.Should().ContainSingle().Which.IsNewer.Should().Be(isNewer);
    }

    private sealed class List : ISuppressionList
    {
        public Dictionary<IdentifierKey, DateTimeOffset> Since { get; } = [];

        public HashSet<IdentifierKey> Renewed { get; } = [];

        public bool Contains(in IdentifierKey key) => Since.ContainsKey(key);

        public DateTimeOffset? SuppressedSince(in IdentifierKey key) =>
            Since.TryGetValue(key, out var since) ? since : null;

        public ValueTask RenewAsync(IReadOnlyCollection<IdentifierKey> keys, CancellationToken cancellationToken)
        {
            Renewed.UnionWith(keys);
            return ValueTask.CompletedTask;
        }
    }
}
