using System.Security.Cryptography;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Governance.Tests.Vault;

public sealed class SqliteVaultTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SqliteVault _vault = null!;

    private string Path => _folder.File("vault/vault.db");

    public async ValueTask InitializeAsync() => _vault = await SqliteVault.OpenAsync(Path);

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task GetOrAddAsync_TakenKey_ReturnsTheStoredRowInOrder()
    {
        var first = Row("email", 1);
        _ = await _vault.GetOrAddAsync([first], default);
        var other = Row("email", 2);
        var rows = await _vault.GetOrAddAsync([other, Row("email", 1)], default);
        rows[0].Should().BeEquivalentTo(other);
        rows[1].Should().BeEquivalentTo(first);
        (await _vault.CountAsync(default)).Should().Be(2);
    }

    [Fact]
    public async Task GetOrAddAsync_ManyWritersOfTheSameKeys_AllGetTheSameRows()
    {
        await using var second = await SqliteVault.OpenAsync(Path);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(writer =>
                    Task.Run(async () =>
                        await (writer % 2 == 0 ? _vault : second).GetOrAddAsync(
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

        (await _vault.CountAsync(default)).Should().Be(200);
    }

    [Fact]
    public async Task FindAsync_KnownAndUnknown_GivesTheKnown()
    {
        var row = Row("email", 1);
        _ = await _vault.GetOrAddAsync([row, Row("phone", 1)], default);
        var found = await _vault.FindAsync([row.Key, new IdentifierKey("email", new BlindIndex(9, 9))], default);
        found.Should().ContainSingle().Which.Should().BeEquivalentTo(row);
        var bySurrogate = await _vault.FindBySurrogateAsync([row.Surrogate, Guid.Empty], default);
        bySurrogate.Should().ContainSingle().Which.Should().BeEquivalentTo(row);
    }

    [Fact]
    public async Task DestroyAsync_Twice_CountsOnce()
    {
        var row = Row("email", 1);
        _ = await _vault.GetOrAddAsync([row], default);
        (await _vault.DestroyAsync([row.Key], default)).Should().Be(1);
        (await _vault.DestroyAsync([row.Key], default)).Should().Be(0);
        (await _vault.FindAsync([row.Key], default)).Should().BeEmpty();
    }

    [Fact]
    public async Task DestroyAsync_NothingLeftToDestroy_EndsAScrubThatFailedBefore()
    {
        await using var connection = new SqliteConnection($"Data Source={Path}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version = 1";
        await command.ExecuteNonQueryAsync();

        (await _vault.DestroyAsync([], default)).Should().Be(0);

        command.CommandText = "PRAGMA user_version";
        (await command.ExecuteScalarAsync()).Should().Be(0L);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(5000)]
    public async Task DestroyAsync_SomeOfManyRows_LeavesNoByteOfThemInAnyFile(int count)
    {
        var rows = Enumerable.Range(0, count).Select(_ => RandomRow()).ToArray();
        foreach (var batch in rows.Chunk(100))
        {
            _ = await _vault.GetOrAddAsync(batch, default);
        }

        var destroyed = rows.Where((_, index) => index % 10 == 0).ToArray();
        (await _vault.DestroyAsync([.. destroyed.Select(row => row.Key)], default)).Should().Be(destroyed.Length);
        foreach (var file in Directory.GetFiles(_folder.File("vault")))
        {
            var bytes = await ReadSharedAsync(file);
            foreach (var row in destroyed)
            {
                Holds(bytes, row.WrappedKey).Should().BeFalse($"wrapped keys are gone from {file}");
                Holds(bytes, row.SealedIdentifier).Should().BeFalse($"sealed identifiers are gone from {file}");
                Holds(bytes, row.Surrogate.ToByteArray(bigEndian: true))
                    .Should()
                    .BeFalse($"surrogates are gone from {file}");
                Holds(bytes, row.Key.Index.ToByteArray()).Should().BeFalse($"blind indexes are gone from {file}");
            }
        }

        (await _vault.CountAsync(default)).Should().Be(count - destroyed.Length);
        (await _vault.FindAsync([rows[1].Key], default)).Should().ContainSingle();
    }

    [Fact]
    public async Task OpenAsync_AfterAStopBetweenDeletionAndRebuild_Rebuilds()
    {
        var rows = Enumerable.Range(0, 2000).Select(_ => RandomRow()).ToArray();
        foreach (var batch in rows.Chunk(50))
        {
            _ = await _vault.GetOrAddAsync(batch, default);
        }

        // What a process leaves that is stopped right after its deletion was committed.
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText =
                "PRAGMA secure_delete = ON; BEGIN; DELETE FROM identifier; PRAGMA user_version = 1; COMMIT";
            _ = await command.ExecuteNonQueryAsync();
        }

        await using var reopened = await SqliteVault.OpenAsync(Path);
        foreach (var file in Directory.GetFiles(_folder.File("vault")))
        {
            var bytes = await ReadSharedAsync(file);
            rows.Should().NotContain(row => Holds(bytes, row.Surrogate.ToByteArray(bigEndian: true)), file);
        }
    }

    [Fact]
    public async Task DestroyAsync_WhileOthersReadAndWrite_EndsAndLosesNothing()
    {
        var kept = Enumerable.Range(0, 500).Select(_ => RandomRow()).ToArray();
        _ = await _vault.GetOrAddAsync(kept, default);
        var doomed = Enumerable.Range(0, 20).Select(_ => RandomRow()).ToArray();
        _ = await _vault.GetOrAddAsync(doomed, default);
        var others = Enumerable
            .Range(0, 4)
            .Select(worker =>
                Task.Run(async () =>
                {
                    for (var round = 0; round < 20; round++)
                    {
                        _ = await _vault.GetOrAddAsync([RandomRow()], default);
                        (await _vault.FindAsync([.. kept.Select(row => row.Key)], default)).Should().HaveCount(500);
                    }
                })
            )
            .ToArray();
        foreach (var row in doomed)
        {
            (await _vault.DestroyAsync([row.Key], default)).Should().Be(1);
        }

        await Task.WhenAll(others);
        (await _vault.CountAsync(default)).Should().Be(580);
    }

    [Fact]
    public void OpenAsync_NewFile_IsForItsOwnerAlone()
    {
        foreach (var file in Directory.GetFiles(_folder.File("vault")))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
            }
        }
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted) => bytes.IndexOf(wanted) >= 0;

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static VaultRow Row(string domain, ulong index) =>
        RandomRow() with
        {
            Key = new IdentifierKey(domain, new BlindIndex(index, index)),
        };

    private static VaultRow RandomRow() =>
        new(
            new IdentifierKey("email", BlindIndex.Read(RandomNumberGenerator.GetBytes(16))),
            RandomUuid.Create(),
            RandomNumberGenerator.GetBytes(85),
            RandomNumberGenerator.GetBytes(40)
        );
}
