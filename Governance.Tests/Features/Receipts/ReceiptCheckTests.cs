using System.Text;
using System.Text.Json;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;
using Governance.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Tests.Features.Receipts;

public sealed class ReceiptCheckTests
{
    [Fact]
    public async Task RunAsync_Genuine_GivesTheFacts()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        var check = await ReceiptCheck.RunAsync(await fixture.IssueAsync("r-1"), fixture.Keys.Public);

        check.Reason.Should().BeNull();
        check.Payload!.Facts.RequestId.Should().Be("r-1");
        check.Payload.Facts.Items.Should().HaveCount(2);
        check.Payload.Ledger.Sequence.Should().Be(2);
        check.Payload.Software.Should().StartWith("Governance 0.");
    }

    [Fact]
    public async Task RunAsync_AnyByteAltered_IsRefused()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var jws = await fixture.IssueAsync("r-1");

        for (var at = 0; at < jws.Length; at++)
        {
            // The neighbour in the alphabet differs in its last bits, which decoders like to overlook.
            foreach (var other in new[] { (char)(jws[at] + 1), (char)(jws[at] ^ 0x20), 'A', '=', '.' })
            {
                if (other != jws[at])
                {
                    var altered = jws[..at] + other + jws[(at + 1)..];
                    (await ReceiptCheck.RunAsync(altered, fixture.Keys.Public)).Payload.Should().BeNull($"byte {at}");
                }
            }
        }
    }

    [Theory]
    [InlineData("none", ReceiptSigner.Type)]
    [InlineData("HS256", ReceiptSigner.Type)]
    [InlineData("ES256", "JWT")]
    public async Task RunAsync_OtherHeader_IsRefused(string algorithm, string type)
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var parts = (await fixture.IssueAsync("r-1")).Split('.');
        var header = JsonSerializer.Serialize(
            new
            {
                alg = algorithm,
                typ = type,
                kid = fixture.Keys.Public[0].Kid,
            }
        );

        var check = await ReceiptCheck.RunAsync(
            $"{Base64UrlEncoder.Encode(header)}.{parts[1]}.{parts[2]}",
            fixture.Keys.Public
        );

        check.Reason.Should().NotBeNull();
    }

    [Fact]
    public async Task RunAsync_AnotherTokenOfTheSameKey_IsNoReceipt()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var token = new JsonWebTokenHandler().CreateToken(
            """{"iss":"governance"}""",
            new SigningCredentials(fixture.Keys.Active, SecurityAlgorithms.EcdsaSha256)
        );

        var check = await ReceiptCheck.RunAsync(token, fixture.Keys.Public);

        check.Reason.Should().Contain("type");
    }

    [Fact]
    public async Task RunAsync_KeyOfSomebodyElse_IsRefused()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await using var other = await ReceiptFixture.CreateAsync();

        var check = await ReceiptCheck.RunAsync(await fixture.IssueAsync("r-1"), other.Keys.Public);

        check.Reason.Should().Contain("not in the key set");
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("{}")]
    public async Task RunAsync_Nonsense_IsRefused(string text)
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        (await ReceiptCheck.RunAsync(text, fixture.Keys.Public)).Reason.Should().Be("it is no compact JWS");
    }

    [Fact]
    public async Task Payload_HoldsNamesCountsAndTimesOnly()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        var json = Encoding.UTF8.GetString(
            Base64UrlEncoder.DecodeBytes((await fixture.IssueAsync("r-1")).Split('.')[1])
        );

        using var document = JsonDocument.Parse(json);
        document
            .RootElement.EnumerateObject()
            .Select(member => member.Name)
            .Should()
            .Equal("iss", "jti", "iat", "facts", "ledger", "software");
        document
            .RootElement.GetProperty("facts")
            .GetProperty("items")[0]
            .EnumerateObject()
            .Select(member => member.Name)
            .Should()
            .Equal(
                "table",
                "verdict",
                "ground",
                "rowsBefore",
                "matched",
                "affected",
                "rowsAfter",
                "matchedAfter",
                "controlsUnchanged"
            );
    }

    [Fact]
    public async Task Receipt_ByAForeignLibrary_VerifiesAndIsRefusedWhenAltered()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var jws = await fixture.IssueAsync("r-1");
        var jwks = JsonDocument.Parse(fixture.Jwks).RootElement;

        var answer = await NodeTool.RunAsync("verify-receipt.mjs", JsonSerializer.Serialize(new { jws, jwks }));
        var altered = await NodeTool.RunAsync(
            "verify-receipt.mjs",
            JsonSerializer.Serialize(new { jws = jws.Replace(".ey", ".ez", StringComparison.Ordinal), jwks })
        );

        var verified = JsonDocument.Parse(answer).RootElement;
        verified.GetProperty("header").GetProperty("typ").GetString().Should().Be(ReceiptSigner.Type);
        verified.GetProperty("header").GetProperty("kid").GetString().Should().Be(fixture.Keys.Public[0].Kid);
        verified.GetProperty("payload").GetProperty("facts").GetProperty("requestId").GetString().Should().Be("r-1");
        altered.Should().Contain("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    }
}
