using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.Api.Identity;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Tests.Identity;

public sealed class AuthorizationTests(AuthorizationTests.RolesHost fixture)
    : IClassFixture<AuthorizationTests.RolesHost>
{
    private readonly SandboxHost _host = fixture.Host;

    public static TheoryData<string> AllRoles => [.. Roles.All];

    [Theory]
    [MemberData(nameof(AllRoles))]
    public async Task Endpoint_OfARole_AnswersThatRoleAndNoOther(string role)
    {
        foreach (var person in Roles.All)
        {
            using var client = await _host.ClientFor(person);
            using var response = await client.GetAsync($"roles/{role}");

            var expected = string.Equals(person, role, StringComparison.Ordinal)
                ? HttpStatusCode.OK
                : HttpStatusCode.Forbidden;
            response.StatusCode.Should().Be(expected, $"{person} asks what {role} may");
        }
    }

    [Fact]
    public async Task Endpoint_OfAnotherRole_SaysWhichRoleIsNeeded()
    {
        using var client = await _host.ClientFor(Roles.Analyst);
        using var response = await client.GetAsync("roles/dpo-or-auditor");

        var problem = await ProblemAsync(response, HttpStatusCode.Forbidden);
        problem.GetProperty("code").GetString().Should().Be("role_missing");
        problem.GetProperty("detail").GetString().Should().Contain("dpo, auditor");
    }

    [Fact]
    public async Task Actor_OfASignedInPerson_HasIdNameAndRoles()
    {
        using var client = await _host.ClientFor(Roles.Auditor);
        var actor = await client.GetFromJsonAsync<JsonElement>("actor");

        actor.GetProperty("id").GetString().Should().Be("5a000000-0000-4000-8000-000000000005");
        actor.GetProperty("name").GetString().Should().Be("Sample auditor");
        actor.GetProperty("roles").EnumerateArray().Single().GetString().Should().Be("auditor");
    }

    [Theory]
    [InlineData("roles/dpo")]
    [InlineData("unguarded")]
    [InlineData("no-such-address")]
    public async Task Request_WithoutAToken_IsSentToTheSignIn(string path)
    {
        using var response = await _host.Client.GetAsync(path);

        var problem = await ProblemAsync(response, HttpStatusCode.Unauthorized);
        problem.GetProperty("code").GetString().Should().Be("token_missing");
        problem.GetProperty("next").GetString().Should().Contain("POST /sandbox/token");
        response.Headers.WwwAuthenticate.Should().ContainSingle(header => header.Scheme == "Bearer");
    }

    [Fact]
    public async Task Request_WithAnExpiredToken_IsToldThatItExpired()
    {
        var token = await _host.FetchTokenAsync("dpo", lifetime: 1);
        using var client = _host.ClientWith(token);
        HttpResponseMessage response;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250));
            response = await client.GetAsync("roles/dpo");
        } while (response.StatusCode == HttpStatusCode.OK);

        var problem = await ProblemAsync(response, HttpStatusCode.Unauthorized);
        problem.GetProperty("code").GetString().Should().Be("token_expired");
        problem.GetProperty("detail").GetString().Should().Be("The token has expired.");
        response.Dispose();
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    public async Task Request_WithRubbishForAToken_IsRefused(string token) => await RefusedAsync(token);

    [Fact]
    public async Task Request_WithAnAlteredClaim_IsRefused()
    {
        var parts = (await _host.TokenForAsync("analyst")).Split('.');
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var altered = claims.Replace("\"roles\":\"analyst\"", "\"roles\":\"dpo\"", StringComparison.Ordinal);
        altered.Should().NotBe(claims);

        await RefusedAsync($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(altered))}.{parts[2]}");
    }

    [Fact]
    public async Task Request_WithAlgorithmNone_IsRefused()
    {
        var parts = (await _host.TokenForAsync("dpo")).Split('.');
        var header = Base64Url.EncodeToString("""{"alg":"none","typ":"at+jwt","kid":"sandbox-1"}"""u8);

        await RefusedAsync($"{header}.{parts[1]}.");
    }

    [Fact]
    public async Task Request_SignedByAnotherKeyOfTheSameName_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa) { KeyId = SandboxIssuer.KeyId };

        await RefusedAsync(Forge(new SigningCredentials(key, SecurityAlgorithms.RsaSha256)));
    }

    [Fact]
    public async Task Request_SignedWithThePublicKeyAsASecret_IsRefused()
    {
        var issuer = _host.Services.GetRequiredService<SandboxIssuer>();
        var key = new SymmetricSecurityKey(issuer.SigningKey.Rsa.ExportSubjectPublicKeyInfo())
        {
            KeyId = SandboxIssuer.KeyId,
        };

        await RefusedAsync(Forge(new SigningCredentials(key, SecurityAlgorithms.HmacSha256)));
    }

    [Theory]
    [InlineData("elsewhere", null, "at+jwt")]
    [InlineData(null, "https://elsewhere.example/", "at+jwt")]
    [InlineData(null, null, "JWT")]
    public async Task Request_WithAGenuineSignatureForSomethingElse_IsRefused(
        string? audience,
        string? issuedBy,
        string type
    )
    {
        var issuer = _host.Services.GetRequiredService<SandboxIssuer>();
        var credentials = new SigningCredentials(issuer.SigningKey, SecurityAlgorithms.RsaSha256);
        using (var control = await GetAsync(Forge(credentials)))
        {
            control.StatusCode.Should().Be(HttpStatusCode.OK, "else this test shows nothing");
        }

        await RefusedAsync(Forge(credentials, audience, issuedBy, type));
    }

    private string Forge(
        SigningCredentials credentials,
        string? audience = null,
        string? issuedBy = null,
        string type = "at+jwt"
    ) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuedBy ?? _host.Services.GetRequiredService<SandboxIssuer>().Issuer.ToString(),
                Audience = audience ?? SandboxIssuer.Audience,
                TokenType = type,
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
                SigningCredentials = credentials,
                Subject = new ClaimsIdentity([
                    new Claim("sub", "x"),
                    new Claim("oid", "x"),
                    new Claim("tid", SandboxIssuer.Tenant),
                    new Claim("roles", "dpo"),
                ]),
            }
        );

    private async Task<HttpResponseMessage> GetAsync(string token)
    {
        using var client = _host.ClientWith(token);
        return await client.GetAsync("roles/dpo");
    }

    private async Task RefusedAsync(string token)
    {
        using var response = await GetAsync(token);
        var problem = await ProblemAsync(response, HttpStatusCode.Unauthorized);
        problem.GetProperty("code").GetString().Should().Be("token_invalid");
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>A host with an endpoint for each role.</summary>
    public sealed class RolesHost : IAsyncLifetime
    {
        public SandboxHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Host = await SandboxHost.StartAsync(map: endpoints =>
            {
                foreach (var role in Roles.All)
                {
                    endpoints.MapGet($"/roles/{role}", () => "yes").RequireRoles(role);
                }

                endpoints.MapGet("/roles/dpo-or-auditor", () => "yes").RequireRoles(Roles.Dpo, Roles.Auditor);
                endpoints.MapGet("/actor", (Actor actor) => TypedResults.Ok(actor)).RequireSignedIn();
                endpoints.MapGet("/unguarded", () => "yes");
            });

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
