using Governance.Tests.Support;

namespace Governance.Tests.Commands;

public sealed class VerifyReceiptCommandTests
{
    [Fact]
    public async Task Verify_Genuine_PrintsItsFacts()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var (file, jwks) = await WriteAsync(fixture, await fixture.IssueAsync("r-1") + "\n");

        var run = await CommandRun.OfAsync("verify-receipt", file, "--jwks", jwks);

        run.Status.Should().Be(0, run.Error);
        run.Out.Should().StartWith("valid");
        run.Out.Should().Contain("r-1: erasure, completed_with_retention");
        run.Out.Should().Contain("customers: erased_verified; rows 100 before, 1 matched, 1 affected, 99 after");
        run.Out.Should().Contain("payments: retained (tax_law)");
        run.Out.Should().MatchRegex("ledger +entry 2, [0-9a-f]{64}");
    }

    [Fact]
    public async Task Verify_FromStandardInput_Works()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var jws = await fixture.IssueAsync("r-1");
        var (_, jwks) = await WriteAsync(fixture, jws);

        var run = await CommandRun.WithInputAsync(jws + "\n", "verify-receipt", "-", "--jwks", jwks);

        run.Status.Should().Be(0, run.Error);
    }

    [Fact]
    public async Task Verify_AlteredByte_IsAFindingAndShowsNoFacts()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var jws = await fixture.IssueAsync("r-1");
        var body = jws.IndexOf('.', StringComparison.Ordinal) + 9;
        var (file, jwks) = await WriteAsync(fixture, jws[..body] + (jws[body] == 'A' ? 'B' : 'A') + jws[(body + 1)..]);

        var run = await CommandRun.OfAsync("verify-receipt", file, "--jwks", jwks);

        run.Status.Should().Be(1);
        run.Out.Trim().Should().Be("not valid: its signature does not match");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"keys":[]}""")]
    public async Task Verify_NoKeySet_IsAMisuse(string keys)
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var (file, jwks) = await WriteAsync(fixture, await fixture.IssueAsync("r-1"));
        await File.WriteAllTextAsync(jwks, keys);

        var run = await CommandRun.OfAsync("verify-receipt", file, "--jwks", jwks);

        run.Status.Should().Be(2);
        run.Error.Should().Contain("JWK set");
    }

    [Fact]
    public async Task Verify_KeysOverAnOpenWay_IsRefused()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var (file, _) = await WriteAsync(fixture, await fixture.IssueAsync("r-1"));

        var run = await CommandRun.OfAsync("verify-receipt", file, "--jwks", "http://example.org/jwks.json");

        run.Status.Should().Be(2);
        run.Error.Should().Contain("https");
    }

    private static async Task<(string File, string Jwks)> WriteAsync(ReceiptFixture fixture, string jws)
    {
        var file = Path.Combine(fixture.State.Folder, "receipt.jws");
        var jwks = Path.Combine(fixture.State.Folder, "jwks.json");
        await File.WriteAllTextAsync(file, jws);
        await File.WriteAllTextAsync(jwks, fixture.Jwks);
        return (file, jwks);
    }
}
