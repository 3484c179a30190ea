using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Npgsql;

namespace Governance.Tests.Vault;

public sealed class PostgresVaultTests : VaultSuite
{
    private readonly List<PostgresVault> _opened = [];
    private PostgresDatabase? _database;

    private PostgresDatabase Database => _database!;

    protected override async Task<IVault> OpenAsync()
    {
        _database ??= await PostgresDatabase.CreateAsync();
        _opened.Add(await PostgresVault.OpenAsync(Database.ConnectionString, Time));
        return _opened[^1];
    }

    protected override async ValueTask CloseAsync()
    {
        foreach (var vault in _opened)
        {
            await vault.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task OpenAsync_SeveralAtOnceOnAnEmptyDatabase_AllOpenAndShareIt()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var vaults = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => PostgresVault.OpenAsync(database.ConnectionString)))
        );
        var row = RandomRow();
        _ = await vaults[0].GetOrAddAsync([row], default);
        foreach (var vault in vaults)
        {
            (await vault.FindAsync([row.Key], default)).Should().ContainSingle().Which.Should().BeEquivalentTo(row);
            await vault.DisposeAsync();
        }
    }

    [Fact]
    public async Task GetOrAddAsync_RowStoredAlready_IsGivenBack()
    {
        var (row, other) = (RandomRow(), RandomRow());
        _ = await Vault.GetOrAddAsync([row], default);

        var rows = await Vault.GetOrAddAsync([row, other], default);

        rows.Should().BeEquivalentTo([row, other], options => options.WithStrictOrdering());
    }

    // The row that stands in the way goes while others ask for it: whoever asks gets a row that was stored, never none.
    [Fact]
    public async Task GetOrAddAsync_WhileOthersDestroy_AlwaysAnswersEveryCandidate()
    {
        var keys = Enumerable.Range(0, 20).Select(key => Row("email", (ulong)key).Key).ToArray();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var other = await OpenAsync();
        var destroyed = 0;
        var destroying = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                destroyed += await other.DestroyAsync(keys, default);
            }
        });
        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (!stop.IsCancellationRequested)
                        {
                            VaultRow[] rows = [.. keys.Select(key => RandomRow() with { Key = key })];
                            var got = await Vault.GetOrAddAsync(rows, default);
                            got.Select(row => row.Key).Should().Equal(keys);
                        }
                    })
                )
        );
        await destroying;
        destroyed.Should().BeGreaterThan(20);
    }

    // Positions must become visible in their order, or a reader that went on from the later one would never hear of the earlier.
    [Fact]
    public async Task DestroyedSinceAsync_ManyDestroyAtOnce_TellsEachRowOnceAndMissesNone()
    {
        var rows = Enumerable.Range(0, 400).Select(_ => RandomRow()).ToArray();
        _ = await Vault.GetOrAddAsync(rows, default);
        var reader = await OpenAsync();
        var position = (await reader.DestroyedSinceAsync(null, default)).Position;
        var told = new List<ulong>();
        var destroying = Task.WhenAll(
            rows.Chunk(100)
                .Select(part =>
                    Task.Run(async () =>
                    {
                        foreach (var few in part.Chunk(4))
                        {
                            _ = await Vault.DestroyAsync([.. few.Select(row => row.Key)], default);
                        }
                    })
                )
        );
        bool isOver;
        do
        {
            isOver = destroying.IsCompleted;
            var answer = await reader.DestroyedSinceAsync(position, default);
            answer.IsComplete.Should().BeTrue();
            told.AddRange(answer.IndexPrefixes);
            position = answer.Position;
        } while (!isOver);

        await destroying;
        told.Should().BeEquivalentTo(rows.Select(row => row.Key.Index.High));
    }

    [Fact]
    public async Task DestroyAsync_SomeRows_LeavesNoDeadOneInTheTable()
    {
        _ = await Database.ScalarAsync("CREATE EXTENSION pgstattuple");
        var rows = Enumerable.Range(0, 500).Select(_ => RandomRow()).ToArray();
        _ = await Vault.GetOrAddAsync(rows, default);

        _ = await Vault.DestroyAsync([.. rows.Take(50).Select(row => row.Key)], default);

        (await DeadAsync()).Should().Be(0L);
        (await Vault.CountAsync(default)).Should().Be(450);
    }

    [Fact]
    public async Task DestroyAsync_NothingLeftToDestroy_EndsAVacuumThatFailedBefore()
    {
        _ = await Database.ScalarAsync("CREATE EXTENSION pgstattuple");
        var row = RandomRow();
        _ = await Vault.GetOrAddAsync([row], default);

        // What a process leaves that is stopped right after its deletion was committed.
        _ = await Database.ScalarAsync("DELETE FROM governance_vault.identifier");
        _ = await Database.ScalarAsync("UPDATE governance_vault.destruction_log SET last = last + 1");
        (await DeadAsync()).Should().Be(1L);

        (await Vault.DestroyAsync([], default)).Should().Be(0);

        (await DeadAsync()).Should().Be(0L);
    }

    [Fact]
    public async Task DestroyedSinceAsync_AnHourLater_HasForgottenEvenHalfAnIndex()
    {
        var row = RandomRow();
        _ = await Vault.GetOrAddAsync([row], default);
        _ = await Vault.DestroyAsync([row.Key], default);
        var position = (await Vault.DestroyedSinceAsync(null, default)).Position;
        (await Database.ScalarAsync("SELECT count(*) FROM governance_vault.destroyed")).Should().Be(1L);
        Time.Advance(TimeSpan.FromHours(1.1));

        _ = await Vault.DestroyedSinceAsync(position, default);

        (await Database.ScalarAsync("SELECT count(*) FROM governance_vault.destroyed")).Should().Be(0L);
        (await Vault.DestroyedSinceAsync(position, default)).IsComplete.Should().BeTrue("there is nothing behind it");
    }

    [Fact]
    public async Task ConfirmKeysAsync_OtherKeys_AreRefused()
    {
        using var keys = TenantKeys.CreateEphemeral();
        using var others = TenantKeys.CreateEphemeral();
        await _opened[0].ConfirmKeysAsync(keys, default);
        await _opened[0].ConfirmKeysAsync(keys, default);

        var confirm = async () => await _opened[0].ConfirmKeysAsync(others, default);

        await confirm.Should().ThrowAsync<VaultException>().WithMessage("*belongs to other keys*");
    }

    [Fact]
    public async Task Vault_ServerStartedAnew_GoesOnWithoutAFault()
    {
        await using var server = await PostgresInstance.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var vault = await PostgresVault.OpenAsync(database.ConnectionString);
        var row = RandomRow();
        _ = await vault.GetOrAddAsync([row], default);

        // Many connections in the pool, all of which break.
        _ = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => vault.FindAsync([row.Key], default).AsTask()));
        await server.StopAsync();
        var away = async () => await vault.FindAsync([row.Key], default);
        await away.Should().ThrowAsync<NpgsqlException>();
        await server.ResumeAsync();

        (await vault.FindAsync([row.Key], default)).Should().ContainSingle();
    }

    [Fact]
    public async Task OpenAsync_RoleWithoutRightsToCreate_UsesWhatAnotherMade()
    {
        _ = await Database.ScalarAsync(
            $"""
            DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN PASSWORD 'clerk';
            GRANT USAGE ON SCHEMA governance_vault TO clerk;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA governance_vault TO clerk;
            """
        );
        try
        {
            var clerk = new NpgsqlConnectionStringBuilder(Database.ConnectionString)
            {
                Username = "clerk",
                Password = "clerk",
            };
            await using var vault = await PostgresVault.OpenAsync(clerk.ConnectionString, Time);
            var row = RandomRow();
            _ = await vault.GetOrAddAsync([row], default);
            (await vault.DestroyAsync([row.Key], default))
                .Should()
                .Be(1, "the VACUUM that it may not run is passed over");
        }
        finally
        {
            _ = await Database.ScalarAsync("DROP OWNED BY clerk; DROP ROLE clerk");
        }
    }

    private Task<object?> DeadAsync() =>
        Database.ScalarAsync("SELECT dead_tuple_count FROM pgstattuple('governance_vault.identifier')");
}
