using Governance.Api.Features.Suppression;
using Governance.Api.Storage;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Storage;

public sealed class StateStoreTests
{
    [Fact]
    public async Task PrepareAsync_NewFile_OnlyItsOwnerReadsIt()
    {
        await using var state = await StateFixture.CreateAsync();
        await state.Store.WriteAsync(db => Task.FromResult(db.Add(Row("a"))), CancellationToken.None);

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in Directory.GetFiles(state.Folder))
        {
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task PrepareAsync_Twice_ChangesNothing(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        await state.Store.WriteAsync(db => Task.FromResult(db.Add(Row("a"))), CancellationToken.None);

        await state.PrepareAsync();

        (await CountAsync(state)).Should().Be(1);
    }

    [Fact]
    public async Task Connection_Opened_IsDurableAndOverwritesWhatItDeletes()
    {
        await using var state = await StateFixture.CreateAsync();
        await using var db = await state.Contexts.CreateDbContextAsync();

        (await PragmaAsync(db, "journal_mode")).Should().Be("wal");
        (await PragmaAsync(db, "synchronous")).Should().Be("2");
        (await PragmaAsync(db, "secure_delete")).Should().Be("1");
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task WriteAsync_Throws_RollsBackAndRunsNoCommitAction(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var ran = false;

        var write = () =>
            state.Store.WriteAsync(
                async db =>
                {
                    db.Add(Row("a"));
                    await db.SaveChangesAsync();
                    db.AfterCommit(() => ran = true);
                    throw new InvalidOperationException("stop");
                },
                CancellationToken.None
            );

        await write.Should().ThrowAsync<InvalidOperationException>().WithMessage("stop");
        (await CountAsync(state)).Should().Be(0);
        ran.Should().BeFalse();
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task WriteAsync_InsideAWrite_IsRefusedRatherThanWaitingForItself(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);

        var nested = () =>
            state.Store.WriteAsync(
                _ => state.Store.WriteAsync(db => Task.FromResult(db.Add(Row("a"))), CancellationToken.None),
                CancellationToken.None
            );

        await nested.Should().ThrowAsync<InvalidOperationException>().WithMessage("*write inside a write*");
        await state.Store.WriteAsync(db => Task.FromResult(db.Add(Row("b"))), CancellationToken.None);
        (await CountAsync(state)).Should().Be(1);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Instants_OfAnyOffset_ComeBackAsTheSameInstantInUtc(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var instant = new DateTimeOffset(2026, 3, 29, 2, 30, 0, 123, TimeSpan.FromHours(5.5)).AddTicks(7);
        await state.Store.WriteAsync(db => Task.FromResult(db.Add(Row("a", instant))), CancellationToken.None);

        var stored = await state.Store.ReadAsync(
            db => db.Set<SuppressedIdentifier>().SingleAsync(row => row.SuppressedAt >= instant),
            CancellationToken.None
        );

        stored.SuppressedAt.Should().Be(instant);
        stored.SuppressedAt.Offset.Should().Be(TimeSpan.Zero);
    }

    private static SuppressedIdentifier Row(string domain, DateTimeOffset at = default) =>
        new()
        {
            Domain = domain,
            Index = "00",
            RequestId = "r",
            SuppressedAt = at,
        };

    private static Task<int> CountAsync(StateFixture state) =>
        state.Store.ReadAsync(db => db.Set<SuppressedIdentifier>().CountAsync(), CancellationToken.None);

    private static async Task<string?> PragmaAsync(StateDbContext db, string name)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
