using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Keys;

public sealed class TenantKeysTests : IDisposable
{
    private static readonly IdentifierKey Owner = new("email", new BlindIndex(1, 2));
    private static readonly Guid Surrogate = new("7a0a3a0c-5f0e-4d63-9c6f-0f1f3b1c2d3e");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task LoadOrCreateAsync_SecondLoad_HoldsTheSameKeys()
    {
        using var first = await LoadAsync();
        using var second = await LoadAsync();
        second.PrimaryKeyId.Should().Be(first.PrimaryKeyId);
        second.Index("email", "a@b"u8).Should().Be(first.Index("email", "a@b"u8));
        second.Tokens("email").TryOpenText(Token(first, "a@b"), out var plain).Should().BeTrue();
        plain.Should().Equal("a@b"u8.ToArray());
    }

    [Fact]
    public async Task LoadOrCreateAsync_OtherTenant_Refuses()
    {
        (await LoadAsync()).Dispose();
        var load = () => LoadAsync("other");
        await load.Should().ThrowAsync<KeyMaterialException>().WithMessage("*keyset.json*");
    }

    [Fact]
    public async Task LoadOrCreateAsync_KeysetsExchanged_Refuses()
    {
        (await LoadAsync()).Dispose();
        File.Move(_folder.File("keyset.json"), _folder.File("x"));
        File.Move(_folder.File("index-keyset.json"), _folder.File("keyset.json"));
        File.Move(_folder.File("x"), _folder.File("index-keyset.json"));
        var load = () => LoadAsync();
        await load.Should().ThrowAsync<KeyMaterialException>();
    }

    [Fact]
    public async Task LoadOrCreateAsync_IndexKeysetOfTheFirstFormat_RefusesAndSaysWhatToDo()
    {
        (await LoadAsync()).Dispose();
        var kek = LocalKeyFile.LoadOrCreate(_folder.File("kek.json"));
        var old = await TinkKeyset.Generate(TinkKeyType.AesSiv).EncryptAsync(kek, "default/index"u8.ToArray(), default);
        SecretFile.Replace(_folder.File("index-keyset.json"), old.Ciphertext.ToArray());
        var load = () => LoadAsync();
        await load.Should()
            .ThrowAsync<KeyMaterialException>()
            .WithMessage("*earlier format*move the whole data folder*");
    }

    [Fact]
    public async Task LoadOrCreateAsync_Files_HoldNoKeyInPlain()
    {
        using var keys = await LoadAsync();
        var stored = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("keyset.json")))!;
        stored["keysetInfo"]!["primaryKeyId"]!.GetValue<uint>().Should().Be(keys.PrimaryKeyId);
        stored["keysetInfo"]!["keyInfo"]![0]!["outputPrefixType"]!.GetValue<string>().Should().Be("TINK");
        stored["encryptedKeyset"].Should().NotBeNull();
        stored["key"].Should().BeNull();
    }

    [Fact]
    public void Tokens_AfterRotation_OldStayReadableAndNewNameTheNewKey()
    {
        using var old = TenantKeys.CreateEphemeral();
        using var rotated = old.Rotated();
        var token = Token(old, "a@b");
        rotated.Tokens("email").TryOpenText(token, out var plain).Should().BeTrue();
        plain.Should().Equal("a@b"u8.ToArray());
        DomainTokens.ReadKeyId(Token(rotated, "a@b")).Should().Be(rotated.PrimaryKeyId).And.NotBe(old.PrimaryKeyId);
        old.Tokens("email").TryOpenText(Token(rotated, "a@b"), out _).Should().BeFalse("it lacks the new key");
    }

    [Fact]
    public void Index_AfterRotation_IsTheSame()
    {
        using var old = TenantKeys.CreateEphemeral();
        using var rotated = old.Rotated();
        rotated.Index("email", "a@b"u8).Should().Be(old.Index("email", "a@b"u8));
    }

    [Fact]
    public void Index_OtherDomainOrTenant_Differs()
    {
        using var keys = TenantKeys.CreateEphemeral();
        using var other = TenantKeys.CreateEphemeral();
        keys.Index("email", "1"u8).Should().NotBe(keys.Index("phone", "1"u8)).And.NotBe(other.Index("email", "1"u8));
    }

    [Fact]
    public void Index_Again_AllocatesNothing()
    {
        using var keys = TenantKeys.CreateEphemeral();
        _ = keys.Index("email", "a@b"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            _ = keys.Index("email", "a@b"u8);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void TryOpenText_TokenOfOtherDomain_IsRefused()
    {
        using var keys = TenantKeys.CreateEphemeral();
        keys.Tokens("phone").TryOpenText(Token(keys, "a@b"), out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("t1.")]
    [InlineData("t1.AAAA")]
    [InlineData("t1.====")]
    [InlineData("someone@example.org")]
    [InlineData("t1.AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void TryOpenText_NoToken_IsRefused(string text)
    {
        using var keys = TenantKeys.CreateEphemeral();
        keys.Tokens("email").TryOpenText(Encoding.UTF8.GetBytes(text), out _).Should().BeFalse();
    }

    [Fact]
    public void ExportForBigQuery_WithTheWireFormat_OpensTokens()
    {
        using var keys = TenantKeys.CreateEphemeral();
        using var rotated = keys.Rotated();
        var export = rotated.ExportForBigQuery("email");
        var keyset = TinkKeyset.FromJson(Encoding.UTF8.GetBytes(export.KeysetJson));
        foreach (var token in new[] { Token(keys, "a@b"), Token(rotated, "a@b") })
        {
            var bytes = System.Buffers.Text.Base64Url.DecodeFromUtf8(token.AsSpan(3));
            bytes[0].Should().Be(1);
            var key = keyset.Keys.Single(key => key.Id == DomainTokens.ReadKeyId(token));
            using var siv = new AesSiv(key.Material);
            var plain = new byte[3];
            siv.TryDecrypt(siv.Absorb(siv.Start, export.AdditionalData.Span), bytes.AsSpan(5), plain).Should().BeTrue();
            plain.Should().Equal("a@b"u8.ToArray());
        }
    }

    [Fact]
    public void UnwrapSubjectKey_OfItsOwner_OpensWhatItSealed()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var (key, wrapped) = keys.CreateSubjectKey(Owner, Surrogate);
        var context = new SealContext("email", "user.name");
        var sealedValue = key.Seal(context, "Ada"u8);
        using var rotated = keys.Rotated();
        var unwrapped = rotated.UnwrapSubjectKey(Owner, Surrogate, wrapped)!;
        unwrapped.TryOpen(context, sealedValue, out var plain).Should().BeTrue();
        plain.Should().Equal("Ada"u8.ToArray());
    }

    [Fact]
    public void UnwrapSubjectKey_OfAnotherRowOrAltered_IsRefused()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var (_, wrapped) = keys.CreateSubjectKey(Owner, Surrogate);
        keys.UnwrapSubjectKey(Owner with { Domain = "phone" }, Surrogate, wrapped).Should().BeNull();
        keys.UnwrapSubjectKey(Owner, Guid.Empty, wrapped).Should().BeNull("its surrogate belongs to it");
        keys.IsGenuine(Owner, Guid.Empty, wrapped).Should().BeFalse();
        keys.IsGenuine(Owner, Surrogate, wrapped).Should().BeTrue();
        keys.UnwrapSubjectKey(Owner with { Index = new BlindIndex(1, 3) }, Surrogate, wrapped).Should().BeNull();
        keys.UnwrapSubjectKey(Owner, Surrogate, wrapped.AsSpan(1)).Should().BeNull();
        wrapped[^1] ^= 1;
        keys.UnwrapSubjectKey(Owner, Surrogate, wrapped).Should().BeNull();
    }

    [Fact]
    public void SubjectKey_OtherSubjectOrContext_DoesNotOpen()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var (key, _) = keys.CreateSubjectKey(Owner, Surrogate);
        var (other, _) = keys.CreateSubjectKey(Owner, Surrogate);
        var context = new SealContext("email", "user.name");
        var text = new ArrayBufferWriter<byte>();
        key.Seal(context, "Ada"u8, text);
        Encoding.UTF8.GetString(text.WrittenSpan).Should().StartWith("s1.");
        key.TryOpenText(context, text.WrittenSpan, out _).Should().BeTrue();
        other.TryOpenText(context, text.WrittenSpan, out _).Should().BeFalse();
        key.TryOpenText(new SealContext("email", "user.contact"), text.WrittenSpan, out _).Should().BeFalse();
        key.TryOpenText(new SealContext("phone", "user.name"), text.WrittenSpan, out _).Should().BeFalse();
    }

    [Fact]
    public void TryOpenQuarantine_FromItsOrigin_GivesTheEvent()
    {
        using var keys = TenantKeys.CreateEphemeral();
        var plain = new byte[100_000];
        plain[99_999] = 7;
        var sealedEvent = keys.SealQuarantine(plain, "customers", 3, 42);
        keys.TryOpenQuarantine(sealedEvent, "customers", 3, 42, out var opened).Should().BeTrue();
        opened.Should().Equal(plain);
        keys.TryOpenQuarantine(sealedEvent, "customers", 3, 43, out _).Should().BeFalse();
        keys.TryOpenQuarantine(sealedEvent, "customers", 4, 42, out _).Should().BeFalse();
        keys.TryOpenQuarantine(sealedEvent, "payments", 3, 42, out _).Should().BeFalse();
        keys.TryOpenQuarantine([], "customers", 3, 42, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a/index")]
    [InlineData("../x")]
    public void CreateEphemeral_BadTenantName_Throws(string tenant)
    {
        var create = () => TenantKeys.CreateEphemeral(tenant);
        create.Should().Throw<ArgumentException>();
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Token(TenantKeys keys, string value)
    {
        var text = new ArrayBufferWriter<byte>();
        keys.Tokens("email").Write(Encoding.UTF8.GetBytes(value), text);
        return text.WrittenSpan.ToArray();
    }

    private Task<TenantKeys> LoadAsync(string tenant = "default") =>
        TenantKeys.LoadOrCreateAsync(_folder.Path, LocalKeyFile.LoadOrCreate(_folder.File("kek.json")), tenant);
}
