using System.Globalization;
using System.Text;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Kms;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Keys;

/// <summary>Keys whose key encryption key is in KMS, while it is there, away, and says no.</summary>
public sealed class KeyLifeTests : IAsyncLifetime
{
    private static readonly TimeSpan HardLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private BigQueryStandIn _standIn = null!;
    private Masking.Keys.CloudKms.CloudKmsKey _kek = null!;

    public async ValueTask InitializeAsync()
    {
        _standIn = await BigQueryStandIn.StartAsync();
        _kek = await StandInKey.OpenAsync(_standIn);
    }

    public async ValueTask DisposeAsync()
    {
        _kek.Dispose();
        await _standIn.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task LoadAsync_TwoKeysets_AsksOnceForEach()
    {
        (await LoadAsync()).Dispose();
        _standIn
            .Faults.Operations.Should()
            .Equal("cloudkms.encrypt", "cloudkms.decrypt", "cloudkms.encrypt", "cloudkms.decrypt");
        using var keys = await LoadAsync();
        _standIn.Faults.Operations.Should().HaveCount(4 + 2, "there are two keysets");
    }

    [Fact]
    public async Task Masker_ThousandsOfRecords_AsksKmsForKeysetsAlone()
    {
        var options = new MaskerOptions
        {
            Contracts = { Repository.PathOf("ops", "demo", "contracts") },
            KeyFolder = _folder.File("keys"),
            VaultFile = _folder.File("vault.db"),
            KeyEncryptionKey = _kek,
            KeyLife = new KeyLife(HardLife, Refresh, _time),
        };
        await using var masker = await Masker.CreateAsync(options);
        var asked = _standIn.Faults.Operations.Count;
        var records = Enumerable
            .Range(0, 3_000)
            .Select(number => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(Customer(number)))
            .ToArray();

        var masked = await masker.MaskJsonAsync("customers", records);

        masked.Should().HaveCount(3_000).And.OnlyContain(record => record.Fault == null);
        _standIn.Faults.Operations.Should().HaveCount(asked);
    }

    [Fact]
    public async Task Confirm_WhileKmsAnswers_AsksEveryIntervalAndKeepsKeysAlive()
    {
        using var keys = await LoadAsync();
        var asked = StandInKey.Decrypts(_standIn);
        for (var hour = 0; hour < 48; hour++)
        {
            _time.Advance(Refresh);
            await keys.ConfirmAsync(default);
            await keys.ConfirmAsync(default);
            keys.CheckUsable();
        }

        (StandInKey.Decrypts(_standIn) - asked).Should().Be(2 * 48);
        keys.Life!.ConfirmedAt.Should().Be(_time.GetUtcNow());
        keys.Life.EndsAt.Should().Be(_time.GetUtcNow() + HardLife);
    }

    [Fact]
    public async Task Away_InsideTheHardLife_KeysStayInUse()
    {
        using var keys = await LoadAsync();
        var loaded = _time.GetUtcNow();
        Away();
        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);
        var since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(22));
        await keys.ConfirmAsync(default);

        keys.SealQuarantine("event"u8, "t", 0, 0).Should().NotBeEmpty();
        keys.Life.Should()
            .BeEquivalentTo(
                new
                {
                    IsUsable = true,
                    MissedSince = since,
                    EndsAt = loaded + HardLife,
                    IsWithdrawn = false,
                }
            );
        keys.Life!.Fault.Should().Contain("away");
    }

    [Fact]
    public async Task Away_LongerThanTheHardLife_PausesAndResumesByItself()
    {
        using var keys = await LoadAsync();
        await using var vault = await SqliteVault.OpenAsync(_folder.File("vault.db"));
        await using var identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
        var sealedEvent = keys.SealQuarantine("event"u8, "t", 0, 0);
        Away();
        _time.Advance(HardLife - TimeSpan.FromSeconds(1));
        await keys.ConfirmAsync(default);
        keys.CheckUsable();

        // Nobody has to notice: the time alone ends them.
        _time.Advance(TimeSpan.FromSeconds(1));
        var acts = new Action[]
        {
            keys.CheckUsable,
            () => keys.SealQuarantine("event"u8, "t", 0, 0),
            () => keys.TryOpenQuarantine(sealedEvent, "t", 0, 0, out _),
            () => keys.ExportForBigQuery("email"),
            () => identifiers.TryGetKey("email", "a@b"u8, out _),
            () => identifiers.ResolveAsync([], default).AsTask().GetAwaiter().GetResult(),
        };
        foreach (var act in acts)
        {
            act.Should().Throw<KeysUnavailableException>().WithMessage("*2026-03-02 12:00:00Z*");
        }

        _standIn.Faults.Clear();
        _time.Advance(TimeSpan.FromSeconds(30));
        await keys.ConfirmAsync(default);
        keys.CheckUsable();
        keys.TryOpenQuarantine(sealedEvent, "t", 0, 0, out _).Should().BeTrue();
        keys.Life.Should()
            .BeEquivalentTo(
                new
                {
                    IsUsable = true,
                    Fault = (string?)null,
                    IsWithdrawn = false,
                }
            );
    }

    [Fact]
    public async Task Clock_PutBack_LengthensNothing()
    {
        var time = new TwoClocks();
        using var keys = await LoadAsync(time);
        time.Steady += (long)HardLife.TotalSeconds;
        time.Wall -= TimeSpan.FromDays(100);
        keys.Invoking(one => one.CheckUsable()).Should().Throw<KeysUnavailableException>();
    }

    [Theory]
    [InlineData("DISABLED")]
    [InlineData("DESTROYED")]
    public async Task Version_DisabledInKms_EndsKeysAtOnceUntilItIsEnabled(string state)
    {
        using var keys = await LoadAsync();
        StandInKey.Of(_standIn).Version(1)!.State = state;
        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);

        keys.Invoking(one => one.CheckUsable()).Should().Throw<KeysUnavailableException>().WithMessage($"*{state}*");
        keys.Life.Should().BeEquivalentTo(new { IsUsable = false, IsWithdrawn = true });

        // That KMS is then away, too, brings nothing back.
        Away();
        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);
        keys.Life!.IsUsable.Should().BeFalse();

        _standIn.Faults.Clear();
        StandInKey.Of(_standIn).Version(1)!.State = "ENABLED";
        _time.Advance(TimeSpan.FromSeconds(30));
        await keys.ConfirmAsync(default);
        keys.CheckUsable();
    }

    [Fact]
    public async Task Permission_Withdrawn_EndsKeysAtOnce()
    {
        using var keys = await LoadAsync();
        _standIn.Faults.Next("cloudkms.decrypt", Fault.Status(403, "forbidden", "denied"), times: 10);
        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);
        keys.Invoking(one => one.CheckUsable()).Should().Throw<KeysUnavailableException>().WithMessage("*denies*");
    }

    [Fact]
    public async Task Rotation_OfTheKmsKey_RewrapsBothAndTheOldVersionMayGo()
    {
        using var keys = await LoadAsync();
        var rotation = new KeyRotation(_folder.Path, _kek, [], _time);
        var first = $"{StandInKey.Name}/cryptoKeyVersions/1";
        rotation.ReadWrappings().Values.Should().Equal(first, first);
        StandInKey.Of(_standIn).Rotate();

        await rotation.RewrapKeysetsAsync(new KeyAct(), default);

        var second = $"{StandInKey.Name}/cryptoKeyVersions/2";
        rotation.ReadWrappings().Values.Should().Equal(second, second);
        keys.WrappedBy.Should().BeNull("what it read is not what stands there now");
        StandInKey.Of(_standIn).Version(1)!.State = "DISABLED";
        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);
        keys.Life!.IsUsable.Should()
            .BeTrue("the files that stand there now are opened, not what was read of them once");
        await keys.ReloadAsync(default);
        keys.WrappedBy.Should().Be(second);
        (await LoadAsync()).Dispose();
    }

    [Fact]
    public async Task Rotation_IndexKeysetForgotten_IsFoundWhileItCanStillBeHelped()
    {
        using var keys = await LoadAsync();
        var index = await File.ReadAllBytesAsync(_folder.File(KeysetFiles.IndexName));
        StandInKey.Of(_standIn).Rotate();
        await new KeyRotation(_folder.Path, _kek, [], _time).RewrapKeysetsAsync(new KeyAct(), default);
        await File.WriteAllBytesAsync(_folder.File(KeysetFiles.IndexName), index);
        StandInKey.Of(_standIn).Version(1)!.State = "DISABLED";

        _time.Advance(Refresh);
        await keys.ConfirmAsync(default);

        keys.Life.Should().BeEquivalentTo(new { IsUsable = false, IsWithdrawn = true });
        keys.Life!.Fault.Should().Contain(KeysetFiles.IndexName);
    }

    [Fact]
    public async Task Start_WhileKmsIsAway_SaysSo()
    {
        (await LoadAsync()).Dispose();
        Away();
        var act = () => LoadAsync();
        (await act.Should().ThrowAsync<KeysUnavailableException>()).Which.Message.Should().Contain("Cloud KMS is away");
    }

    [Fact]
    public async Task Start_WhereTheKeyIsDenied_SaysWhatToDo()
    {
        (await LoadAsync()).Dispose();
        _standIn.Faults.Next("cloudkms.decrypt", Fault.Status(403, "forbidden", "denied"), times: 10);
        var act = () => LoadAsync();
        var refused = (await act.Should().ThrowAsync<KeyMaterialException>()).Which;
        refused.IsWithdrawn.Should().BeTrue();
        refused.Message.Should().Contain("roles/cloudkms.cryptoKeyEncrypterDecrypter");
    }

    [Fact]
    public async Task LocalKeyFile_HasNoLife()
    {
        using var keys = await TenantKeys.LoadOrCreateAsync(
            _folder.Path,
            LocalKeyFile.LoadOrCreate(_folder.File("kek.json"))
        );
        await keys.ConfirmAsync(default);
        keys.Life.Should().BeNull();
        keys.CheckUsable();
        File.Exists(_folder.File(KeysetWrappings.FileName)).Should().BeFalse("it has no versions to note");
    }

    private void Away() => _standIn.Faults.Next("*", Fault.Unavailable, times: 1_000);

    private Task<TenantKeys> LoadAsync(TimeProvider? time = null) =>
        TenantKeys.LoadOrCreateAsync(_folder.Path, _kek, life: new KeyLife(HardLife, Refresh, time ?? _time));

    private static string Customer(int number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"customer_id":"C{{number}}","email":"p{{number}}@example.org","date_of_birth":"1971-05-31","segment":"HOUSEHOLD"}"""
        );

    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public long Steady { get; set; }

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Steady;
    }
}
