using System.Text.Json;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.Ledger;

public sealed class HashChainedLedgerTests
{
    private static readonly LedgerFact Fact = new(
        "dpo",
        "subject-request.approved",
        "subject-request/1",
        new LedgerDetails
        {
            { "tables", 8 },
            { "code", "ok" },
            { "all", true },
        }
    );

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_First_OpensTheLedgerBefore(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);

        var anchor = await Ledger(state).AppendAsync(Fact, CancellationToken.None);

        anchor.Sequence.Should().Be(2);
        var entries = await EntriesAsync(state);
        entries[0].Payload.Should().Contain("\"action\":\"ledger.opened\"").And.Contain(LedgerPayload.NoPrevious);
        entries[1].Hash.Should().Be(anchor.Hash);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_Entry_SaysAllInOneOrder(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);

        await Ledger(state).AppendAsync(Fact, CancellationToken.None);

        var entries = await EntriesAsync(state);
        entries[1]
            .Payload.Should()
            .Be(
                $$"""{"version":1,"sequence":2,"time":"2026-01-02T03:04:05.0000000Z","actor":"dpo",{{
                    "\"action\":\"subject-request.approved\",\"target\":\"subject-request/1\","
                }}"details":{"all":true,"code":"ok","tables":8},"previous":"{{entries[0].Hash}}"}"""
            );
        JsonDocument.Parse(entries[1].Payload).RootElement.GetProperty("sequence").GetInt64().Should().Be(2);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_FiftyAtOnce_GivesAnUnbrokenChain(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var ledger = Ledger(state);

        var anchors = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(() => ledger.AppendAsync(Fact, CancellationToken.None)))
        );

        anchors.Select(anchor => anchor.Sequence).Should().BeEquivalentTo(Enumerable.Range(2, 50));
        var check = Check(await EntriesAsync(state));
        check.FirstBreak.Should().BeNull();
        check.Length.Should().Be(51);
    }

    [Fact]
    public async Task AppendAsync_TwoStoresOnOneFile_GiveAnUnbrokenChain()
    {
        await using var state = await StateFixture.CreateAsync();
        using var other = new Governance.Api.Storage.StateStore(
            state.Contexts,
            new Governance.Api.Storage.SqliteStateEngine(new Governance.Api.Storage.StateLocation(state.Path))
        );
        var ledgers = new[] { Ledger(state), new HashChainedLedger(other, Clock()) };

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(n => Task.Run(() => ledgers[n % 2].AppendAsync(Fact, CancellationToken.None)))
        );

        var check = Check(await EntriesAsync(state));
        check.FirstBreak.Should().BeNull();
        check.Length.Should().Be(21);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_SeveralInOneWrite_CommitTogether(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var ledger = Ledger(state);

        await state.Store.WriteAsync(
            async db =>
            {
                await ledger.AppendAsync(db, Fact, CancellationToken.None);
                await db.SaveChangesAsync();
                await ledger.AppendAsync(db, Fact, CancellationToken.None);
            },
            CancellationToken.None
        );

        Check(await EntriesAsync(state)).Length.Should().Be(3);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_InAWriteThatFails_LeavesNoEntryAndNoGap(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var ledger = Ledger(state);
        await ledger.AppendAsync(Fact, CancellationToken.None);

        var write = () =>
            state.Store.WriteAsync<int>(
                async db =>
                {
                    await ledger.AppendAsync(db, Fact, CancellationToken.None);
                    await db.SaveChangesAsync();
                    throw new InvalidOperationException("stop");
                },
                CancellationToken.None
            );
        await write.Should().ThrowAsync<InvalidOperationException>();

        (await ledger.AppendAsync(Fact, CancellationToken.None)).Sequence.Should().Be(3);
        Check(await EntriesAsync(state)).FirstBreak.Should().BeNull();
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AppendAsync_OutsideATransaction_IsRefused(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        await using var db = await state.Contexts.CreateDbContextAsync();

        var append = () => Ledger(state).AppendAsync(db, Fact, CancellationToken.None);

        await append.Should().ThrowAsync<InvalidOperationException>().WithMessage("*WriteAsync*");
    }

    [Theory]
    [InlineData("UPDATE ledger SET payload = '' WHERE sequence = 1")]
    [InlineData("DELETE FROM ledger WHERE sequence = 2")]
    [InlineData("INSERT OR REPLACE INTO ledger (sequence, payload, hash) VALUES (1, '', '')")]
    public async Task Table_ChangedByHand_IsRefusedByTheDatabase(string sql)
    {
        await using var state = await StateFixture.CreateAsync();
        await Ledger(state).AppendAsync(Fact, CancellationToken.None);
        await using var db = await state.Contexts.CreateDbContextAsync();

        var change = () => db.Database.ExecuteSqlRawAsync(sql);

        await change.Should().ThrowAsync<Microsoft.Data.Sqlite.SqliteException>().WithMessage("*append-only*");
    }

    [Theory]
    [InlineData("UPDATE governance_state.ledger SET payload = '' WHERE sequence = 1")]
    [InlineData("DELETE FROM governance_state.ledger WHERE sequence = 2")]
    [InlineData("TRUNCATE governance_state.ledger")]
    [InlineData(
        "INSERT INTO governance_state.ledger VALUES (1, '', '') ON CONFLICT (sequence) DO UPDATE SET hash = ''"
    )]
    [InlineData("SET session_replication_role = replica; DELETE FROM governance_state.ledger")]
    [InlineData("DELETE FROM governance_state.receipts")]
    public async Task Table_ChangedByHandInPostgres_IsRefusedByTheDatabase(string sql)
    {
        await using var state = await StateFixture.CreateAsync(StateKind.Postgres);
        await Ledger(state).AppendAsync(Fact, CancellationToken.None);

        var change = () => state.Database.ScalarAsync(sql);

        (await change.Should().ThrowAsync<Npgsql.PostgresException>())
            .Which.MessageText.Should()
            .EndWith("is append-only");
        (await EntriesAsync(state)).Should().HaveCount(2);
    }

    [Fact]
    public async Task AppendAsync_SeveralProcessesOnOneDatabase_GiveAnUnbrokenChain()
    {
        await using var state = await StateFixture.CreateAsync(StateKind.Postgres);
        await using var other = StateFixture.Over(state.Database);
        var ledgers = new[] { Ledger(state), Ledger(other) };

        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(n => Task.Run(() => ledgers[n % 2].AppendAsync(Fact, CancellationToken.None)))
        );

        var check = Check(await EntriesAsync(state));
        check.FirstBreak.Should().BeNull();
        check.Length.Should().Be(61);
    }

    private static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static HashChainedLedger Ledger(StateFixture state) => new(state.Store, Clock());

    private static Task<List<LedgerEntry>> EntriesAsync(StateFixture state) =>
        state.Store.ReadAsync(
            db => db.Set<LedgerEntry>().OrderBy(entry => entry.Sequence).ToListAsync(),
            CancellationToken.None
        );

    private static ChainCheck Check(List<LedgerEntry> entries)
    {
        var check = new ChainCheck();
        entries.ForEach(entry => check.Add(entry.Sequence, entry.Payload, entry.Hash));
        return check;
    }
}
