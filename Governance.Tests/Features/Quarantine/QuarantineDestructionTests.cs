using System.Security.Cryptography;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Quarantine;
using Governance.Api.Features.Quarantine.Count;
using Governance.Api.Features.Quarantine.Destroy;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.Quarantine;

/// <summary>What has stood in quarantine for long enough is destroyed: rows, bytes, and an entry in the ledger of how many.</summary>
public sealed class QuarantineDestructionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(s_now);
    private readonly RecordedLedger _ledger = new();
    private readonly QuarantineOptions _options = new() { KeepDays = 30, WarnDays = 7 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Run_AfterTheDays_DestroysAndTellsHowMany(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store, _time);
        await quarantine.AddAsync([Event("a", 1), Event("a", 2), Event("a", 3, "key-missing")], Cancelled);
        _time.Advance(TimeSpan.FromDays(29));
        await quarantine.AddAsync([Event("a", 4)], Cancelled);

        (await Destruction(state).RunAsync(Cancelled)).Should().BeEmpty("29 days are not 30");
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        var destroyed = await Destruction(state).RunAsync(Cancelled);

        destroyed
            .Should()
            .Equal(new DestroyedEvents("a", "key-missing", 1), new DestroyedEvents("a", "schema-unknown", 2));
        (await quarantine.ReadAsync(new QuarantineFilter(), 0, 10, Cancelled))
            .Select(kept => kept.Event.Offset)
            .Should()
            .Equal(4);
        _ledger
            .Facts.Select(fact => (fact.Action, fact.Actor))
            .Should()
            .Equal(("quarantine.destroyed", "system:quarantine"), ("quarantine.destroyed", "system:quarantine"));
        _ledger
            .Facts[1]
            .Details.ToDictionary(detail => detail.Key, detail => detail.Value)
            .Should()
            .Contain("topic", "a")
            .And.Contain("code", "schema-unknown")
            .And.Contain("events", 2L);
        (await Destruction(state).RunAsync(Cancelled)).Should().BeEmpty("it is done");
    }

    [Fact]
    public async Task Run_OverSqlite_LeavesNoByteOfThemInItsFiles()
    {
        await using var state = await StateFixture.CreateAsync();
        var quarantine = new StoredQuarantine(state.Store, _time);
        // Of all sizes: small ones share pages, large ones have pages of their own.
        var contents = Enumerable.Range(0, 60).Select(at => RandomNumberGenerator.GetBytes(50 + (at * 317))).ToArray();
        await quarantine.AddAsync(
            [.. contents.Select((content, at) => Event("a", at) with { Sealed = content })],
            Cancelled
        );
        Left(state, contents).Should().NotBeEmpty("the search finds them while they are there");
        _time.Advance(TimeSpan.FromDays(31));

        await Destruction(state).RunAsync(Cancelled);

        Left(state, contents).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_EventsOfAnEarlierVersion_CountFromNow()
    {
        await using var state = await StateFixture.CreateAsync();
        await new StoredQuarantine(state.Store, _time).AddAsync([Event("a", 1)], Cancelled);
        await state.Store.WriteAsync(
            db => db.Database.ExecuteSqlAsync($"""UPDATE quarantine SET "KeptAt" = NULL""", Cancelled),
            Cancelled
        );
        _time.Advance(TimeSpan.FromDays(100));

        (await Destruction(state).RunAsync(Cancelled)).Should().BeEmpty();
        _time.Advance(TimeSpan.FromDays(31));
        (await Destruction(state).RunAsync(Cancelled)).Should().ContainSingle();
    }

    [Fact]
    public async Task Run_WhereTheContractKeepsRowsForLessTime_TakesThatTime()
    {
        await using var state = await StateFixture.CreateAsync();
        await new StoredQuarantine(state.Store, _time).AddAsync([Event("short", 1), Event("long", 1)], Cancelled);
        _time.Advance(TimeSpan.FromDays(12));

        var destroyed = await Destruction(state).RunAsync(Cancelled);

        destroyed.Should().ContainSingle().Which.Topic.Should().Be("short");
    }

    [Fact]
    public async Task AddAsync_OnceMore_IsKeptNoLonger()
    {
        await using var state = await StateFixture.CreateAsync();
        var quarantine = new StoredQuarantine(state.Store, _time);
        await quarantine.AddAsync([Event("a", 1)], Cancelled);
        _time.Advance(TimeSpan.FromDays(20));
        await quarantine.AddAsync([Event("a", 1, "key-missing")], Cancelled);
        _time.Advance(TimeSpan.FromDays(11));

        (await Destruction(state).RunAsync(Cancelled)).Should().ContainSingle();
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Count_SaysWhatIsDestroyedNextAndWhen(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var quarantine = new StoredQuarantine(state.Store, _time);
        await quarantine.AddAsync([Event("a", 1), Event("a", 2)], Cancelled);
        _time.Advance(TimeSpan.FromDays(24));
        await quarantine.AddAsync([Event("a", 3)], Cancelled);

        var handler = new CountQuarantineHandler(state.Store, Clock(), Options.Create(_options));
        var answer = (await handler.Handle(new CountQuarantine(), Cancelled)).Value;

        answer.Events.Should().Be(3);
        answer.KeepDays.Should().Be(30);
        var count = answer.Counts.Should().ContainSingle().Subject;
        count.DestroyedSoon.Should().Be(2);
        count.DestroyedFrom.Should().Be(s_now.AddDays(30));
        answer.Warning.Should().StartWith("2 events are destroyed within 7 days, the first at 2026-04-03 05:06Z.");
    }

    [Fact]
    public async Task Count_WithNothingNear_WarnsOfNothing()
    {
        await using var state = await StateFixture.CreateAsync();
        await new StoredQuarantine(state.Store, _time).AddAsync([Event("a", 1)], Cancelled);

        var handler = new CountQuarantineHandler(state.Store, Clock(), Options.Create(_options));
        (await handler.Handle(new CountQuarantine(), Cancelled)).Value.Warning.Should().BeNull();
    }

    private QuarantineDestruction Destruction(StateFixture state) =>
        new(state.Store, state.Get<IStateScrub>(), Clock(), _ledger, _time);

    private QuarantineClock Clock() => new(new Catalog(), _time, Options.Create(_options));

    private static QuarantinedEvent Event(string topic, long offset, string code = "schema-unknown") =>
        new("cluster", topic, 0, offset, s_now.AddYears(-3), 7, code, [1, 2, (byte)offset]);

    private static IEnumerable<int> Left(StateFixture state, byte[][] contents)
    {
        var files = Directory.EnumerateFiles(state.Folder).Select(File.ReadAllBytes).ToArray();
        // A part of it is enough: large ones are spread over pages.
        return Enumerable
            .Range(0, contents.Length)
            .Where(at => Array.Exists(files, file => file.AsSpan().IndexOf(contents[at].AsSpan(0, 40)) >= 0));
    }

    private sealed class Catalog : IContractCatalogSource
    {
        public ContractCatalog Current { get; } = Of(("short", new RetentionPeriod(10, "d")), ("long", new(6, "y")));

        private static ContractCatalog Of(params (string Topic, RetentionPeriod Retention)[] topics) =>
            new([
                new Contract(
                    "c",
                    "1.0.0",
                    "c",
                    "active",
                    "team",
                    "hash",
                    [
                        .. topics.Select(topic =>
                            Support.Contracts.Dataset(topic.Topic, subject: null) with
                            {
                                Retention = topic.Retention,
                            }
                        ),
                    ]
                ),
            ]);
    }

    private sealed class RecordedLedger : ILedger
    {
        public List<LedgerFact> Facts { get; } = [];

        public Task<LedgerAnchor> AppendAsync(
            StateDbContext db,
            LedgerFact fact,
            CancellationToken cancellationToken
        ) => AppendAsync(fact, cancellationToken);

        public Task<LedgerAnchor> AppendAsync(LedgerFact fact, CancellationToken cancellationToken)
        {
            Facts.Add(fact);
            return Task.FromResult(new LedgerAnchor(Facts.Count, ""));
        }
    }
}
