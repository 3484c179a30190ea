using System.Text;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Vault;

/// <summary>What another process does with a vault that the tests share with it.</summary>
internal static class VaultChild
{
    public const int People = 300;

    /// <summary>Resolves everybody, in an order of its own and in small batches, and tells their surrogates.</summary>
    public static async Task ResolveAsync(string folder)
    {
        using var keys = await KeysAsync(folder);
        var vault = await OpenAsync(folder);
        await using var opened = (IAsyncDisposable)vault;
        await using var identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
        var order = Enumerable.Range(0, People).ToArray();
        System.Security.Cryptography.RandomNumberGenerator.Shuffle(order.AsSpan());
        foreach (var batch in order.Chunk(20))
        {
            var surrogates = await SurrogatesAsync(identifiers, batch);
            for (var index = 0; index < batch.Length; index++)
            {
                await Child.SayAsync($"{batch[index]} {surrogates[index]}");
            }
        }
    }

    /// <summary>Resolves one person again and again, and tells each new surrogate.</summary>
    public static async Task WatchAsync(string folder)
    {
        using var keys = await KeysAsync(folder);
        var vault = await OpenAsync(folder);
        await using var opened = (IAsyncDisposable)vault;
        await using var identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
        var told = Guid.Empty;
        while (true)
        {
            var now = (await SurrogatesAsync(identifiers, [1]))[0];
            if (now != told)
            {
                told = now;
                await Child.SayAsync($"{now}");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>The vault that belongs to a folder: PostgreSQL's, where the folder says so.</summary>
    public static async Task<IVault> OpenAsync(string folder) =>
        File.Exists(PostgresOf(folder))
            ? await PostgresVault.OpenAsync(await File.ReadAllTextAsync(PostgresOf(folder)))
            : await SqliteVault.OpenAsync(Path.Combine(folder, "vault", "vault.db"));

    /// <summary>The file that holds a connection string.</summary>
    public static string PostgresOf(string folder) => Path.Combine(folder, "postgres");

    public static Task<TenantKeys> KeysAsync(string folder)
    {
        var keys = Path.Combine(folder, "keys");
        return TenantKeys.LoadOrCreateAsync(keys, LocalKeyFile.LoadOrCreate(Path.Combine(keys, "kek.json")));
    }

    public static async Task<Guid[]> SurrogatesAsync(Identifiers identifiers, int[] people)
    {
        var values = new ValueColumn();
        foreach (var person in people)
        {
            values.Add(Encoding.UTF8.GetBytes($"person{person}@example.org"));
        }

        var column = new IdentifierColumn("email", values, needsSubjectKeys: false);
        identifiers.Index(column);
        await identifiers.ResolveAsync([column], default);
        return [.. Enumerable.Range(0, people.Length).Select(column.SurrogateOf)];
    }
}
