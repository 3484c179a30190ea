using System.Buffers;
using System.Security.Cryptography;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Keys;

public sealed class KeyRotationTests : IDisposable
{
    private static readonly KeyAct Act = new();
    private static readonly KeyAct Forced = new(Force: true);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly Uses _uses = new();

    private KeyRotation Rotation => new(_folder.Path, Kek, [_uses], _time);

    private LocalKeyFile Kek => LocalKeyFile.LoadOrCreate(_folder.File("kek.json"));

    [Fact]
    public async Task Rotation_AddPromoteRetireDestroy_GoesItsWay()
    {
        using var keys = await LoadAsync();
        var old = keys.PrimaryKeyId;
        var token = Token(keys);

        var added = await Rotation.AddAsync(Act, default);
        added.State.Should().Be(KeyState.Reads);
        added.AddedAt.Should().Be(_time.GetUtcNow());
        await keys.ReloadAsync(default);
        keys.PrimaryKeyId.Should().Be(old);

        (await Rotation.PromoteAsync(added.Id, Act, default)).State.Should().Be(KeyState.Primary);
        await keys.ReloadAsync(default);
        keys.PrimaryKeyId.Should().Be(added.Id);
        keys.Tokens("email").TryOpenText(token, out _).Should().BeTrue();

        (await Rotation.RetireAsync(old, Act, default)).State.Should().Be(KeyState.Retired);
        await keys.ReloadAsync(default);
        keys.Tokens("email").TryOpenText(token, out _).Should().BeFalse("its key is retired");

        (await Rotation.RestoreAsync(old, Act, default)).State.Should().Be(KeyState.Reads);
        await keys.ReloadAsync(default);
        keys.Tokens("email").TryOpenText(token, out _).Should().BeTrue("a retired key can be restored");

        await Rotation.RetireAsync(old, Act, default);
        _time.Advance(KeyRotation.DestructionDelay);
        (await Rotation.DestroyAsync(old, Act, default)).State.Should().Be(KeyState.Destroyed);
        (await Rotation.ListAsync(default)).Should().ContainSingle().Which.Id.Should().Be(added.Id);
    }

    [Fact]
    public async Task PromoteAsync_AProcessHasNotReadTheKey_IsRefusedUntilItHas()
    {
        using var keys = await LoadAsync();
        using var other = await LoadAsync();
        var added = await Rotation.AddAsync(Act, default);
        await keys.ReloadAsync(default);

        await Refused(KeyRefusal.NotReadEverywhere, () => Rotation.PromoteAsync(added.Id, Act, default));

        await other.ReloadAsync(default);
        (await Rotation.PromoteAsync(added.Id, Act, default)).State.Should().Be(KeyState.Primary);
    }

    [Fact]
    public async Task PromoteAsync_AProcessThatRefusesTheNewKeyset_IsRefused()
    {
        using var keys = await LoadAsync();
        var added = await Rotation.AddAsync(Act, default);
        var content = await File.ReadAllBytesAsync(_folder.File(KeysetFiles.Name));
        await File.WriteAllTextAsync(_folder.File(KeysetFiles.Name), "{}");
        await Assert.ThrowsAsync<KeyMaterialException>(() => keys.ReloadAsync(default));
        await File.WriteAllBytesAsync(_folder.File(KeysetFiles.Name), content);

        await Refused(KeyRefusal.NotReadEverywhere, () => Rotation.PromoteAsync(added.Id, Act, default));
        (await Rotation.PromoteAsync(added.Id, Forced, default)).State.Should().Be(KeyState.Primary);
    }

    [Fact]
    public async Task PromoteAsync_AProcessWasKilled_IsNotWaitedFor()
    {
        (await LoadAsync()).Dispose();
        using (var child = Child.Start("keys-hold", _folder.Path))
        {
            (await child.StandardOutput.ReadLineAsync()).Should().Be("holding");
            var added = await Rotation.AddAsync(Act, default);
            await Refused(KeyRefusal.NotReadEverywhere, () => Rotation.PromoteAsync(added.Id, Act, default));

            child.Kill();
            await child.WaitForExitAsync();
            (await Rotation.PromoteAsync(added.Id, Act, default)).State.Should().Be(KeyState.Primary);
        }
    }

    [Fact]
    public async Task RetireAsync_AProcessStillWritesWithTheKey_IsRefused()
    {
        using var keys = await LoadAsync();
        var old = keys.PrimaryKeyId;
        var added = await Rotation.AddAsync(Act, default);
        await keys.ReloadAsync(default);
        await Rotation.PromoteAsync(added.Id, Act, default);

        await Refused(KeyRefusal.NotReadEverywhere, () => Rotation.RetireAsync(old, Act, default));
        await keys.ReloadAsync(default);
        (await Rotation.RetireAsync(old, Act, default)).State.Should().Be(KeyState.Retired);
    }

    [Fact]
    public async Task RetireAsync_SomethingNeedsTheKey_SaysWhatAndHowToMendIt()
    {
        var (old, _) = await RotatedAsync();
        _uses.Counts[old] = 3;

        var refusal = await Refused(KeyRefusal.StillNeeded, () => Rotation.RetireAsync(old, Act, default));

        refusal.Message.Should().Contain("3 things").And.Contain("Get rid of them.");
        (await Rotation.ListAsync(default))[0].Uses.Should().Equal(new KeyUseCount("things", 3));
        (await Rotation.RetireAsync(old, Forced, default)).State.Should().Be(KeyState.Retired);
    }

    [Fact]
    public async Task RetireAsync_SomethingIsWrittenMeanwhile_IsTakenBack()
    {
        var (old, _) = await RotatedAsync();
        _uses.AfterFirst = old;

        await Refused(KeyRefusal.StillNeeded, () => Rotation.RetireAsync(old, Act, default));

        (await Rotation.ListAsync(default)).Single(key => key.Id == old).State.Should().Be(KeyState.Reads);
    }

    [Fact]
    public async Task Acts_OnTheWrongKey_AreRefused()
    {
        var (old, primary) = await RotatedAsync();
        await Refused(KeyRefusal.UnknownKey, () => Rotation.PromoteAsync(1, Forced, default));
        await Refused(KeyRefusal.UnknownKey, () => Rotation.RetireAsync(1, Forced, default));
        await Refused(KeyRefusal.UnknownKey, () => Rotation.RestoreAsync(1, Forced, default));
        await Refused(KeyRefusal.UnknownKey, () => Rotation.DestroyAsync(1, Forced, default));
        await Refused(KeyRefusal.IsPrimary, () => Rotation.RetireAsync(primary, Forced, default));
        await Refused(KeyRefusal.NotRetired, () => Rotation.DestroyAsync(old, Forced, default));
        await Rotation.RetireAsync(old, Act, default);
        await Refused(KeyRefusal.IsRetired, () => Rotation.PromoteAsync(old, Forced, default));
        await Refused(KeyRefusal.TooEarly, () => Rotation.DestroyAsync(old, Act, default));
        (await Rotation.DestroyAsync(old, Forced, default)).State.Should().Be(KeyState.Destroyed);
    }

    [Fact]
    public async Task AddAsync_TheRecordCannotBeWritten_ChangesNothing()
    {
        (await LoadAsync()).Dispose();
        var act = new KeyAct(Record: (_, _) => throw new InvalidOperationException("no ledger"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => Rotation.AddAsync(act, default));

        (await Rotation.ListAsync(default)).Should().ContainSingle();
    }

    [Fact]
    public async Task AddAsync_ManyAtOnce_LosesNone()
    {
        (await LoadAsync()).Dispose();

        var added = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Task.Run(() => Rotation.AddAsync(Act, default)))
        );

        (await Rotation.ListAsync(default)).Select(key => key.Id).Should().Contain(added.Select(key => key.Id));
    }

    [Fact]
    public async Task Rotation_KilledAtAnyMoment_LeavesAKeysetThatCanBeUsed()
    {
        (await LoadAsync()).Dispose();
        for (var round = 0; round < 12; round++)
        {
            using var child = Child.Start("keys-rotate", _folder.Path);
            (await child.StandardOutput.ReadLineAsync()).Should().Be("rotating");
            await Task.Delay(RandomNumberGenerator.GetInt32(1, 120), TestContext.Current.CancellationToken);
            child.Kill();
            await child.WaitForExitAsync();

            using var keys = await LoadAsync();
            var listed = await Rotation.ListAsync(default);
            listed.Should().ContainSingle(key => key.State == KeyState.Primary).Which.Id.Should().Be(keys.PrimaryKeyId);
            listed.Should().OnlyContain(key => key.AddedAt != null, "what is in the keyset was noted before");
        }

        (await Rotation.ListAsync(default)).Should().HaveCountGreaterThan(1, "the children did something");
        Directory.GetFiles(_folder.Path, "*.tmp").Should().HaveCountLessThan(3);
    }

    [Fact]
    public async Task RewrapKeysetsAsync_NewKeyEncryptionKey_OpensThemAndTheOldOneIsNotNeeded()
    {
        using var keys = await LoadAsync();
        var token = Token(keys);
        var index = keys.Index("email", "a@b"u8);
        var kek = Kek;
        await kek.RotateAsync(default);
        await new KeyRotation(_folder.Path, kek, [], _time).RewrapKeysetsAsync(Act, default);
        (await keys.ReloadAsync(default)).Should().BeFalse("the keys are the same");
        keys.ReloadFault.Should().BeNull("a running process reads the key file again");

        (await kek.DropOldAsync(default)).Should().Be(1);
        using var again = await LoadAsync();
        again.Index("email", "a@b"u8).Should().Be(index);
        again.Tokens("email").TryOpenText(token, out _).Should().BeTrue();
    }

    [Fact]
    public async Task RewrapKeysetsAsync_StoppedHalfWay_LeavesBothReadableAndGoesOn()
    {
        using var keys = await LoadAsync();
        var index = keys.Index("email", "a@b"u8);
        var kek = Kek;
        await kek.RotateAsync(default);
        var stopped = new KeyRotation(_folder.Path, kek, [], _time, new StoppingAt("keys.rewrapped"));
        await Assert.ThrowsAsync<OperationCanceledException>(() => stopped.RewrapKeysetsAsync(Act, default));

        using (var between = await LoadAsync())
        {
            between.PrimaryKeyId.Should().Be(keys.PrimaryKeyId);
            between.Index("email", "a@b"u8).Should().Be(index);
        }

        await new KeyRotation(_folder.Path, kek, [], _time).RewrapKeysetsAsync(Act, default);
        await kek.DropOldAsync(default);
        using var after = await LoadAsync();
        after.Index("email", "a@b"u8).Should().Be(index);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<KeyRotationException> Refused<T>(KeyRefusal refusal, Func<Task<T>> act)
    {
        var exception = await Assert.ThrowsAsync<KeyRotationException>(act);
        exception.Refusal.Should().Be(refusal);
        return exception;
    }

    private static byte[] Token(TenantKeys keys)
    {
        var text = new ArrayBufferWriter<byte>();
        keys.Tokens("email").Write("a@b"u8, text);
        return text.WrittenSpan.ToArray();
    }

    private async Task<(uint Old, uint Primary)> RotatedAsync()
    {
        (await LoadAsync()).Dispose();
        var old = (await Rotation.ListAsync(default)).Single().Id;
        var added = await Rotation.AddAsync(Act, default);
        await Rotation.PromoteAsync(added.Id, Act, default);
        return (old, added.Id);
    }

    private Task<TenantKeys> LoadAsync() => TenantKeys.LoadOrCreateAsync(_folder.Path, Kek);

    private sealed class StoppingAt(string point) : IFaultPoints
    {
        public void Reached(string name)
        {
            if (string.Equals(name, point, StringComparison.Ordinal))
            {
                throw new OperationCanceledException(name);
            }
        }
    }

    private sealed class Uses : IKeyUse
    {
        private int _asked;

        public Dictionary<uint, long> Counts { get; } = [];

        /// <summary>A key that something needs from the second count on.</summary>
        public uint? AfterFirst { get; set; }

        public string What => "things";

        public string Remedy => "Get rid of them.";

        public ValueTask<IReadOnlyDictionary<uint, long>> CountAsync(
            IReadOnlyList<uint> enabled,
            CancellationToken cancellationToken
        )
        {
            if (AfterFirst is { } key && ++_asked > 1)
            {
                Counts[key] = 1;
            }

            return new(Counts);
        }
    }
}
