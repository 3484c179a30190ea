using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Masking;
using Governance.Masking.GoogleCloud;
using Governance.Masking.Keys;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Kms;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Governance.Tests.GoogleCloud;

public sealed class GoogleAccessTests : IDisposable
{
    private const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("https://kms.example/", true)]
    [InlineData("https://kms.example/base", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://[::1]:8080/", true)]
    [InlineData("http://kms.example/", false)]
    [InlineData("http://127.0.0.1.example/", false)]
    [InlineData("https://user:word@kms.example/", false)]
    [InlineData("https://kms.example/?to=elsewhere", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("kms.example", false)]
    public void Faults_Endpoint_IsSafeOrRefused(string endpoint, bool isSafe) =>
        new GoogleAccess { Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute) }
            .Faults()
            .Should()
            .HaveCount(isSafe ? 0 : 1);

    [Fact]
    public void Faults_TokenWithoutEndpoint_IsRefused() =>
        new GoogleAccess { AccessToken = "x" }
            .Faults()
            .Single()
            .Member.Should()
            .Be(nameof(GoogleAccess.AccessToken));

    [Fact]
    public async Task LoadAsync_EmulatorWithoutCredentials_HasNone() =>
        (await new GoogleAccess { Endpoint = new Uri("http://127.0.0.1:1/") }.LoadAsync(default)).Should().BeNull();

    [Theory]
    [InlineData("canary, no JSON")]
    [InlineData("""{"type":"canary"}""")]
    [InlineData("""{"type":"service_account","client_email":"canary@x","private_key":"canary"}""")]
    [InlineData("")]
    public async Task LoadAsync_FileOfSomethingElse_IsRefusedWithoutAWordOfIt(string content)
    {
        var file = _folder.File("canary.json");
        await File.WriteAllTextAsync(file, content);

        var act = () => new GoogleAccess { CredentialsFile = file }.LoadAsync(default);

        var refused = (await act.Should().ThrowAsync<StartupException>()).Which;
        refused.ToString().Should().NotContain("canary").And.Contain("CredentialsFile");
    }

    [Fact]
    public async Task ServiceAccount_ItsFile_SignsForATokenOfCloudPlatform()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        await using var tokens = await TokenServer.StartAsync(standIn.Members.TokenFor(standIn.Options.Owner));
        using var kek = await OpenAsync(standIn, await ServiceAccountAsync(tokens));

        var wrapped = await kek.EncryptAsync("a"u8.ToArray(), default, default);
        (await kek.DecryptAsync(wrapped, default, default)).Should().Equal("a"u8.ToArray());

        var asked = tokens.Asked.Should().ContainSingle("a token serves for its whole life").Which;
        asked["grant_type"].Should().Be("urn:ietf:params:oauth:grant-type:jwt-bearer");
        var assertion = new JsonWebToken(asked["assertion"]);
        assertion.Issuer.Should().Be("governance@test-project.iam.gserviceaccount.com");
        assertion.GetClaim("scope").Value.Should().Be(CloudPlatform);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Invalid JWT: canary"}""", true)]
    [InlineData(503, """{"error":"temporarily_unavailable"}""", false)]
    public async Task ServiceAccount_ThatIsRefused_IsToldFromATokenServiceThatIsAway(
        int status,
        string answer,
        bool isRefused
    )
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        await using var tokens = await TokenServer.StartAsync("");
        tokens.Answer = (status, answer);
        using var kek = await OpenAsync(standIn, await ServiceAccountAsync(tokens));

        var act = () => kek.EncryptAsync("a"u8.ToArray(), default, default).AsTask();

        var failed = (await act.Should().ThrowAsync<StartupException>()).Which;
        failed.Message.Should().NotContain("canary");
        (failed is KeyMaterialException { IsWithdrawn: true }).Should().Be(isRefused);
        (failed is KeysUnavailableException).Should().Be(!isRefused);
    }

    [Fact]
    public async Task WorkloadIdentity_ItsFile_ExchangesTheSubjectToken()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        await using var tokens = await TokenServer.StartAsync(standIn.Members.TokenFor(standIn.Options.Owner));
        var subject = _folder.File("subject-token");
        await File.WriteAllTextAsync(subject, "the-pods-own-token");
        var file = _folder.File("federation.json");
        await File.WriteAllTextAsync(
            file,
            new JsonObject
            {
                ["type"] = "external_account",
                ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
                ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
                ["token_url"] = tokens.Address.ToString(),
                ["credential_source"] = new JsonObject { ["file"] = subject },
            }.ToJsonString()
        );
        using var kek = await OpenAsync(standIn, file);

        _ = await kek.EncryptAsync("a"u8.ToArray(), default, default);

        var asked = tokens.Asked.Should().ContainSingle().Which;
        asked["subject_token"].Should().Be("the-pods-own-token");
        asked["scope"].Should().Be(CloudPlatform);

        // The file that the platform renews is gone for a moment: that passes.
        File.Delete(subject);
        using var again = await OpenAsync(standIn, file);
        var act = () => again.EncryptAsync("a"u8.ToArray(), default, default).AsTask();
        await act.Should().ThrowAsync<KeysUnavailableException>();
    }

    private static Task<Masking.Keys.CloudKms.CloudKmsKey> OpenAsync(BigQueryStandIn standIn, string credentials) =>
        StandInKey.OpenAsync(
            standIn,
            options =>
            {
                options.AccessToken = null;
                options.CredentialsFile = credentials;
            }
        );

    private async Task<string> ServiceAccountAsync(TokenServer tokens)
    {
        using var rsa = RSA.Create(2048);
        var file = _folder.File("account.json");
        await File.WriteAllTextAsync(
            file,
            JsonSerializer.Serialize(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["type"] = "service_account",
                    ["project_id"] = "test-project",
                    ["private_key_id"] = "1",
                    ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
                    ["client_email"] = "governance@test-project.iam.gserviceaccount.com",
                    ["client_id"] = "1",
                    ["token_uri"] = new Uri(tokens.Address, "token").ToString(),
                }
            )
        );
        return file;
    }
}
