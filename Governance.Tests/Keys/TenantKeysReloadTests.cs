using System.Buffers;
using System.Text;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Keys;

public sealed class TenantKeysReloadTests : IDisposable
{
    private static readonly IdentifierKey Owner = new("email", new BlindIndex(1, 2));

    private readonly TemporaryFolder _folder = new();

    private string Keyset => _folder.File(KeysetFiles.Name);

    private LocalKeyFile Kek => LocalKeyFile.LoadOrCreate(_folder.File("kek.json"));

    [Fact]
    public async Task ReloadAsync_NothingChanged_ChangesNothing()
    {
        using var keys = await LoadAsync();
        (await keys.ReloadAsync(default)).Should().BeFalse();
        keys.Generation.Should().Be(1);
    }

    [Fact]
    public async Task ReloadAsync_AddedAndPromoted_WritesWithTheNewKeyAndReadsAll()
    {
        using var keys = await LoadAsync();
        var token = Token(keys);
        var (subject, wrapped) = keys.CreateSubjectKey(Owner, Guid.Empty);
        var context = new SealContext("email", "user.name");
        var sealedValue = subject.Seal(context, "Ada"u8);
        var quarantined = keys.SealQuarantine("event"u8, "topic", 1, 2);
        var index = keys.Index("email", "a@b"u8);
        var added = await ChangeAsync(keyset => keyset.Add(TinkKeyType.AesSiv));
        (await keys.ReloadAsync(default)).Should().BeTrue();
        keys.PrimaryKeyId.Should().NotBe(added.Keys[^1].Id, "an added key does not write");

        await ChangeAsync(keyset => keyset.Promote(added.Keys[^1].Id));
        (await keys.ReloadAsync(default)).Should().BeTrue();

        keys.Generation.Should().Be(3);
        keys.PrimaryKeyId.Should().Be(added.Keys[^1].Id);
        DomainTokens.ReadKeyId(Token(keys)).Should().Be(added.Keys[^1].Id);
        keys.Tokens("email").TryOpenText(token, out _).Should().BeTrue();
        keys.UnwrapSubjectKey(Owner, Guid.Empty, wrapped)!.TryOpen(context, sealedValue, out _).Should().BeTrue();
        keys.TryOpenQuarantine(quarantined, "topic", 1, 2, out _).Should().BeTrue();
        keys.Index("email", "a@b"u8).Should().Be(index);
    }

    [Fact]
    public async Task ReloadAsync_WhatWasMadeBefore_GoesOnUnderItsKeys()
    {
        using var keys = await LoadAsync();
        var tokens = keys.Tokens("email");
        var digests = keys.Digests("email");
        var digest = new byte[HmacKey.Size];
        digests.Hash("a@b"u8, digest);
        await ChangeAsync(keyset =>
            keyset.Add(TinkKeyType.AesSiv) is var more ? more.Promote(more.Keys[^1].Id) : keyset
        );
        await keys.ReloadAsync(default);

        var text = new ArrayBufferWriter<byte>();
        tokens.Write("a@b"u8, text);
        var again = new byte[HmacKey.Size];
        digests.Hash("a@b"u8, again);

        again.Should().Equal(digest);
        keys.Tokens("email").TryOpenText(text.WrittenSpan, out _).Should().BeTrue();
        keys.Digests("email").Hash("a@b"u8, again);
        again.Should().NotEqual(digest, "a digest follows the primary");
    }

    [Fact]
    public async Task ReloadAsync_FaultyVersion_KeepsTheOneBeforeAndSaysSoUntilItIsMended()
    {
        using var keys = await LoadAsync();
        var good = await File.ReadAllBytesAsync(Keyset);
        var token = Token(keys);
        foreach (var faulty in new[] { good[..^40], [], Flip(good), "{}"u8.ToArray() })
        {
            await File.WriteAllBytesAsync(Keyset, faulty);
            var reload = () => keys.ReloadAsync(default);
            await reload.Should().ThrowAsync<KeyMaterialException>();
            keys.ReloadFault.Should().Contain(Keyset);
            keys.Generation.Should().Be(1);
            Token(keys).Should().Equal(token);
        }

        await File.WriteAllBytesAsync(Keyset, good);
        (await keys.ReloadAsync(default)).Should().BeFalse();
        keys.ReloadFault.Should().BeNull();
    }

    [Fact]
    public async Task ReloadAsync_OtherKeyset_IsRefused()
    {
        using var keys = await LoadAsync();
        await ChangeAsync(_ => TinkKeyset.Generate(TinkKeyType.AesSiv));
        var reload = () => keys.ReloadAsync(default);
        await reload.Should().ThrowAsync<KeyMaterialException>().WithMessage("*lacks the key*");
    }

    [Fact]
    public async Task ReloadAsync_OtherKeyUnderTheSameId_IsRefused()
    {
        using var keys = await LoadAsync();
        await ChangeAsync(keyset => keyset with { Keys = [keyset.Keys[0] with { Material = new byte[64] }] });
        var reload = () => keys.ReloadAsync(default);
        await reload.Should().ThrowAsync<KeyMaterialException>().WithMessage("*another key under the id*");
    }

    [Fact]
    public async Task Readers_RunningProcess_IsListedWithTheVersionItHolds()
    {
        using var keys = await LoadAsync();
        var files = new KeysetFiles(_folder.Path, Kek, "default");
        var first = (await files.ReadAsync(KeysetFiles.Name, default)).Version;
        KeysetReaders.List(_folder.Path).Should().Equal(new KeysetReader(Environment.ProcessId, first));

        await ChangeAsync(keyset => keyset.Add(TinkKeyType.AesSiv));
        KeysetReaders.List(_folder.Path).Single().Version.Should().Be(first, "it has not read the new one yet");
        await keys.ReloadAsync(default);
        var second = (await files.ReadAsync(KeysetFiles.Name, default)).Version;
        KeysetReaders.List(_folder.Path).Single().Version.Should().Be(second).And.NotBe(first);

        keys.Dispose();
        KeysetReaders.List(_folder.Path).Should().BeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Flip(byte[] content)
    {
        // Within the wrapped bytes, so that it is still JSON.
        var flipped = content.ToArray();
        var at = Encoding.ASCII.GetString(content).IndexOf("encryptedKeyset", StringComparison.Ordinal) + 60;
        flipped[at] = flipped[at] == (byte)'A' ? (byte)'B' : (byte)'A';
        return flipped;
    }

    private static byte[] Token(TenantKeys keys)
    {
        var text = new ArrayBufferWriter<byte>();
        keys.Tokens("email").Write("a@b"u8, text);
        return text.WrittenSpan.ToArray();
    }

    private async Task<TinkKeyset> ChangeAsync(Func<TinkKeyset, TinkKeyset> change)
    {
        var files = new KeysetFiles(_folder.Path, Kek, "default");
        var changed = change((await files.ReadAsync(KeysetFiles.Name, default)).Keyset);
        await files.WriteAsync(KeysetFiles.Name, changed, default);
        return changed;
    }

    private Task<TenantKeys> LoadAsync() => TenantKeys.LoadOrCreateAsync(_folder.Path, Kek);
}
