using Governance.Api.Features.Quarantine;
using Governance.Masking.Kafka;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Quarantine;

public sealed class StoredQuarantineTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_ThenRead_GivesTheEventsBackInOrder(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store);
        var events = new[] { Event("a", 1, schemaId: null), Event("b", 2), Event("a", 3) };

        await quarantine.AddAsync(events, CancellationToken.None);

        var kept = await quarantine.ReadAsync(new QuarantineFilter(), 0, 10, CancellationToken.None);
        kept.Select(one => one.Event).Should().BeEquivalentTo(events, options => options.WithStrictOrdering());
        var rest = await quarantine.ReadAsync(new QuarantineFilter(), kept[0].Id, 1, CancellationToken.None);
        rest.Should().ContainSingle().Which.Id.Should().Be(kept[1].Id);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_SamePosition_KeepsOneWithTheNewerCode(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store);
        await quarantine.AddAsync([Event("a", 1), Event("a", 1)], CancellationToken.None);

        await quarantine.AddAsync([Event("a", 1, code: "key-missing")], CancellationToken.None);

        var kept = await quarantine.ReadAsync(new QuarantineFilter(), 0, 10, CancellationToken.None);
        kept.Should().ContainSingle().Which.Event.Should().BeEquivalentTo(Event("a", 1, code: "key-missing"));
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task ReadAsync_Filtered_GivesOnlyThese(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store);
        await quarantine.AddAsync(
            [Event("a", 1), Event("b", 1), Event("a", 2, code: "key-missing")],
            CancellationToken.None
        );

        var kept = await quarantine.ReadAsync(new QuarantineFilter("a", "key-missing"), 0, 10, CancellationToken.None);

        kept.Should().ContainSingle().Which.Event.Offset.Should().Be(2);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task RemoveAsync_Known_LeavesTheRest(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store);
        await quarantine.AddAsync([Event("a", 1), Event("a", 2), Event("b", 1)], CancellationToken.None);
        var first = (await quarantine.ReadAsync(new QuarantineFilter("a"), 0, 1, CancellationToken.None))[0];

        (await quarantine.RemoveAsync([first.Id, 999], CancellationToken.None)).Should().Be(1);

        (await quarantine.CountAsync(CancellationToken.None))
            .Should()
            .Equal(
                new QuarantineCount("a", "schema-unknown", 1, Time.AddSeconds(2)),
                new QuarantineCount("b", "schema-unknown", 1, Time.AddSeconds(1))
            );
    }

    private static QuarantinedEvent Event(
        string topic,
        long offset,
        string code = "schema-unknown",
        int? schemaId = 7
    ) => new("cluster", topic, 0, offset, Time.AddSeconds(offset), schemaId, code, [1, 2, (byte)offset]);
}
