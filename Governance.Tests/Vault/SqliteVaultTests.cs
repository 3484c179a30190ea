using System.Security.Cryptography;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Governance.Tests.Vault;

public sealed class SqliteVaultTests : VaultSuite
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SqliteVault> _opened = [];

    private string Path => _folder.File("vault/vault.db");

    protected override async Task<IVault> OpenAsync()
    {
        _opened.Add(await SqliteVault.OpenAsync(Path, Time));
        return _opened[^1];
    }

    protected override async ValueTask CloseAsync()
    {
        foreach (var vault in _opened)
        {
            await vault.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task DestroyAsync_NothingLeftToDestroy_EndsAScrubThatFailedBefore()
    {
        await using var connection = new SqliteConnection($"Data Source={Path}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version = 1";
        await command.ExecuteNonQueryAsync();

        (await Vault.DestroyAsync([], default)).Should().Be(0);

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
            _ = await Vault.GetOrAddAsync(batch, default);
        }

        var destroyed = rows.Where((_, index) => index % 10 == 0).ToArray();
        (await Vault.DestroyAsync([.. destroyed.Select(row => row.Key)], default)).Should().Be(destroyed.Length);
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

        (await Vault.CountAsync(default)).Should().Be(count - destroyed.Length);
        (await Vault.FindAsync([rows[1].Key], default)).Should().ContainSingle();
    }

    [Fact]
    public async Task ReplaceAsync_OneOfManyRows_LeavesNoByteOfWhatItWas()
    {
        var rows = Enumerable.Range(0, 500).Select(_ => RandomRow()).ToArray();
        _ = await Vault.GetOrAddAsync(rows, default);
        var right = RandomRow() with { Surrogate = rows[7].Surrogate };

        (await Vault.ReplaceAsync(rows[7].Key, right, default)).Should().Be(VaultReplacement.Replaced);

        foreach (var file in Directory.GetFiles(_folder.File("vault")))
        {
            var bytes = await ReadSharedAsync(file);
            Holds(bytes, rows[7].WrappedKey).Should().BeFalse($"the key as it was wrapped is gone from {file}");
            Holds(bytes, rows[7].SealedIdentifier).Should().BeFalse($"the wrong identifier is gone from {file}");
            Holds(bytes, rows[7].Key.Index.ToByteArray()).Should().BeFalse($"its blind index is gone from {file}");
        }
    }

    [Fact]
    public async Task OpenAsync_AfterAStopBetweenDeletionAndRebuild_Rebuilds()
    {
        var rows = Enumerable.Range(0, 2000).Select(_ => RandomRow()).ToArray();
        foreach (var batch in rows.Chunk(50))
        {
            _ = await Vault.GetOrAddAsync(batch, default);
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

    [Fact]
    public async Task DestroyedSinceAsync_AnHourLater_HasForgottenEvenHalfAnIndex()
    {
        var row = RandomRow();
        _ = await Vault.GetOrAddAsync([row], default);
        _ = await Vault.DestroyAsync([row.Key], default);
        var position = (await Vault.DestroyedSinceAsync(null, default)).Position;
        (await LogAsync()).Should().Be(1);
        Time.Advance(TimeSpan.FromHours(1.1));
        _ = await Vault.DestroyedSinceAsync(position, default);
        (await LogAsync()).Should().Be(0);
    }

    private async Task<long> LogAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM destroyed";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted) => bytes.IndexOf(wanted) >= 0;

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
