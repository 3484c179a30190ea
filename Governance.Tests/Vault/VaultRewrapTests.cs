using System.Text;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Vault;

public sealed class VaultRewrapTests : IAsyncLifetime
{
    private const int Rows = 2500;

    private readonly TemporaryFolder _folder = new();
    private readonly TenantKeys _old = TenantKeys.CreateEphemeral();
    private SqliteVault _vault = null!;
    private IReadOnlyList<VaultRow> _before = [];

    public async ValueTask InitializeAsync()
    {
        _vault = await SqliteVault.OpenAsync(_folder.File("vault.db"));
        _before = await _vault.GetOrAddAsync([.. Enumerable.Range(0, Rows).Select(NewRow)], default);
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task RunAsync_AfterRotation_WrapsAllByThePrimaryAndLosesNothing()
    {
        var rotated = _old.Rotated();
        (await _vault.CountByKeyAsync(default))
            .Should()
            .Equal(new Dictionary<uint, long> { [_old.PrimaryKeyId] = Rows });
        var told = new Told();

        var report = await new VaultRewrap(_vault, rotated).RunAsync(told, default);

        report.Should().Be(new RewrapReport(Rows, 0));
        told.Counts.Should().Equal(1000, 2000, 2500);
        (await _vault.CountByKeyAsync(default))
            .Should()
            .Equal(new Dictionary<uint, long> { [rotated.PrimaryKeyId] = Rows });
        var after = await _vault.FindAsync([.. _before.Select(row => row.Key)], default);
        after.Should().HaveCount(Rows);
        foreach (var row in after)
        {
            var was = _before.Single(other => other.Key == row.Key);
            row.Surrogate.Should().Be(was.Surrogate);
            var key = rotated.UnwrapSubjectKey(row.Key, row.Surrogate, row.WrappedKey)!;
            key.TryOpen(new SealContext("email", "user.name"), row.SealedIdentifier, out _).Should().BeTrue();
        }

        (await new VaultRewrap(_vault, rotated).RunAsync(null, default)).Should().Be(new RewrapReport(0, 0));
    }

    [Fact]
    public async Task RunAsync_StoppedBetweenBatches_GoesOnWhereItWas()
    {
        var rotated = _old.Rotated();
        using var stop = new CancellationTokenSource();
        var told = new Told { Then = _ => stop.Cancel() };
        var run = () => new VaultRewrap(_vault, rotated).RunAsync(told, stop.Token);
        await run.Should().ThrowAsync<OperationCanceledException>();

        var report = await new VaultRewrap(_vault, rotated).RunAsync(null, default);

        report.Should().Be(new RewrapReport(Rows - 1000, 0));
    }

    [Fact]
    public async Task RunAsync_RowsOfAnotherKeyset_AreCountedAndLeft()
    {
        using var other = TenantKeys.CreateEphemeral();

        var report = await new VaultRewrap(_vault, other).RunAsync(null, default);

        report.Should().Be(new RewrapReport(0, Rows));
        (await _vault.CountByKeyAsync(default)).Keys.Should().Equal(_old.PrimaryKeyId);
    }

    [Fact]
    public async Task ReplaceAsync_RowDestroyedOrReplacedMeanwhile_IsPassedOver()
    {
        var (first, second) = (_before[0], _before[1]);
        await _vault.DestroyAsync([first.Key], default);

        var replaced = await _vault.ReplaceAsync(
            [new RewrappedKey(first.Key, first.WrappedKey, [1]), new RewrappedKey(second.Key, [9, 9], [1])],
            default
        );

        replaced.Should().Be(0);
        (await _vault.FindAsync([first.Key], default)).Should().BeEmpty("a destroyed row does not come back");
    }

    private VaultRow NewRow(int number)
    {
        var owner = new IdentifierKey("email", new BlindIndex((ulong)number, 7));
        var surrogate = RandomUuid.Create();
        var (key, wrapped) = _old.CreateSubjectKey(owner, surrogate);
        var sealedIdentifier = key.Seal(new SealContext("email", "user.name"), Encoding.UTF8.GetBytes($"{number}"));
        return new VaultRow(owner, surrogate, wrapped, sealedIdentifier);
    }

    private sealed class Told : IProgress<long>
    {
        public List<long> Counts { get; } = [];

        public Action<long> Then { get; init; } = _ => { };

        public void Report(long value)
        {
            Counts.Add(value);
            Then(value);
        }
    }
}
