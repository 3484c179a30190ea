using System.Text.Json;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;
using Governance.Masking;
using Governance.Tests.Support;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Tests.Features.Receipts;

public sealed class ReceiptKeysTests
{
    [Fact]
    public async Task LoadAsync_Again_GivesTheSameKey()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        using var again = fixture.NewKeys();

        await again.LoadAsync(CancellationToken.None);

        again.Public[0].Kid.Should().Be(fixture.Keys.Public[0].Kid);
        var jws = new ReceiptSigner(again).Sign(
            (await ReceiptCheck.RunAsync(await fixture.IssueAsync("r-1"), fixture.Keys.Public)).Payload!
        );
        (await ReceiptCheck.RunAsync(jws, fixture.Keys.Public)).Reason.Should().BeNull();
    }

    [Fact]
    public async Task LoadAsync_NewFile_IsTheOwnersAloneAndHoldsNoPlainKey()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(fixture.KeyFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var secret = fixture.Keys.Active.ECDsa.ExportParameters(includePrivateParameters: true).D!;
        var file = await File.ReadAllTextAsync(fixture.KeyFile);
        var wrapped = JsonDocument.Parse(file).RootElement.GetProperty("keys")[0].GetProperty("wrappedPrivateKey");
        wrapped.GetBytesFromBase64().AsSpan().IndexOf(secret).Should().Be(-1);
        file.Should().NotContain(Base64UrlEncoder.Encode(secret)).And.NotContain(Convert.ToBase64String(secret));
    }

    [Fact]
    public async Task Kid_IsTheThumbprintOfRfc7638()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var key = fixture.Keys.Public[0];

        // Section 3.2: the required members alone, in lexicographic order, without white space.
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{key.X}}","y":"{{key.Y}}"}""";
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical));

        key.Kid.Should().Be(Base64UrlEncoder.Encode(hash));
    }

    [Fact]
    public async Task LoadAsync_MoreKeys_TheFirstSignsAndAllAreListed()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await using var other = await ReceiptFixture.CreateAsync();
        var old = await other.IssueAsync("r-old");
        var own = JsonDocument.Parse(await File.ReadAllTextAsync(fixture.KeyFile)).RootElement.GetProperty("keys")[0];
        var retired = JsonDocument.Parse(await File.ReadAllTextAsync(other.KeyFile)).RootElement.GetProperty("keys")[0];
        await File.WriteAllTextAsync(fixture.KeyFile, JsonSerializer.Serialize(new { keys = new[] { own, retired } }));
        using var keys = fixture.NewKeys();

        await keys.LoadAsync(CancellationToken.None);

        keys.Active.KeyId.Should().Be(own.GetProperty("kid").GetString());
        (await ReceiptCheck.RunAsync(old, keys.Public)).Reason.Should().BeNull();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"keys":[]}""")]
    [InlineData(
        """{"keys":[{"kid":"k","x":"x","y":"y","createdAt":"2026-01-01T00:00:00Z","wrappedPrivateKey":"AAAA"}]}"""
    )]
    public async Task LoadAsync_BrokenFile_StopsTheStartAndKeepsTheFile(string content)
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await File.WriteAllTextAsync(fixture.KeyFile, content);
        using var keys = fixture.NewKeys();

        var load = () => keys.LoadAsync(CancellationToken.None);

        await load.Should().ThrowAsync<StartupException>();
        (await File.ReadAllTextAsync(fixture.KeyFile)).Should().Be(content);
    }
}
