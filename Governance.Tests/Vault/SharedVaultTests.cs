using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Vault;

/// <summary>Several processes on one vault.</summary>
public sealed class SharedVaultTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PostgresDatabase? _database;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task ResolveAsync_SeveralProcessesAtOnce_GiveEverybodyOneSurrogate(StateKind kind)
    {
        await ChooseAsync(kind);
        (await VaultChild.KeysAsync(_folder.Path)).Dispose();
        var outputs = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => Child.RunAsync("vault-resolve", _folder.Path, Cancelled))
        );
        var told = outputs
            .SelectMany(output => output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries))
            .Select(line => line.Split(' '))
            .ToArray();
        told.Should().HaveCount(3 * VaultChild.People);
        told.GroupBy(line => line[0], line => line[1])
            .Should()
            .OnlyContain(person => person.Distinct().Count() == 1)
            .And.HaveCount(VaultChild.People);
        told.Select(line => line[1]).Distinct().Should().HaveCount(VaultChild.People);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task DestroyAsync_RowInAnotherProcessesMemory_LeavesItWithinSeconds(StateKind kind)
    {
        await ChooseAsync(kind);
        using var keys = await VaultChild.KeysAsync(_folder.Path);
        var vault = await VaultChild.OpenAsync(_folder.Path);
        await using var opened = (IAsyncDisposable)vault;
        await using var identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
        var before = (await VaultChild.SurrogatesAsync(identifiers, [1]))[0];
        using var child = Child.Start("vault-watch", _folder.Path);
        try
        {
            (await child.StandardOutput.ReadLineAsync(Cancelled)).Should().Be($"{before}");
            identifiers.TryGetKey("email", "person1@example.org"u8, out var key).Should().BeTrue();
            var began = TimeProvider.System.GetTimestamp();
            (await identifiers.DestroyAsync([key], Cancelled)).Should().Be(1);
            var line = await child
                .StandardOutput.ReadLineAsync(Cancelled)
                .AsTask()
                .WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
            line.Should().NotBe($"{before}");

            // One second between questions; the rest is for a machine that is busy.
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(10));
        }
        finally
        {
            child.Kill();
        }
    }

    private async Task ChooseAsync(StateKind kind)
    {
        if (kind == StateKind.Postgres)
        {
            _database = await PostgresDatabase.CreateAsync();
            await File.WriteAllTextAsync(VaultChild.PostgresOf(_folder.Path), _database.ConnectionString, Cancelled);
        }
    }
}
