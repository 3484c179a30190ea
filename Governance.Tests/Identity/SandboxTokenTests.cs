using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.Identity;

public sealed class SandboxTokenTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Theory]
    [InlineData("dpo")]
    [InlineData("analyst")]
    [InlineData("owner")]
    [InlineData("pipeline")]
    [InlineData("auditor")]
    [InlineData("admin")]
    public async Task Token_OfASamplePerson_IsABearerTokenForAnHour(string person)
    {
        using var response = await host.Client.PostAsJsonAsync("sandbox/token", new { person });

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("token_type").GetString().Should().Be("Bearer");
        answer.GetProperty("expires_in").GetInt32().Should().BeInRange(3590, 3600);
        answer.GetProperty("access_token").GetString()!.Split('.').Should().HaveCount(3);
    }

    [Fact]
    public async Task Token_OfAnUnknownPerson_IsRefusedAndNamesThePeople()
    {
        using var response = await host.Client.PostAsJsonAsync("sandbox/token", new { person = "mallory" });

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var text = await response.Content.ReadAsStringAsync();
        text.Should().Contain("dpo, analyst, owner, pipeline, auditor, admin").And.NotContain("mallory");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    public async Task Token_ForALifetimeOutOfBounds_IsRefused(int lifetime)
    {
        using var response = await host.Client.PostAsJsonAsync(
            "sandbox/token",
            new { person = "dpo", expires_in = lifetime }
        );

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Should().Contain("invalid_lifetime");
    }

    [Fact]
    public async Task Token_ForAShorterLifetime_SaysSo()
    {
        using var response = await host.Client.PostAsJsonAsync(
            "sandbox/token",
            new { person = "dpo", expires_in = 60 }
        );

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("expires_in").GetInt32().Should().BeInRange(55, 60);
    }

    [Fact]
    public async Task Metadata_OfTheIssuer_FollowsTheBoundPort()
    {
        var metadata = await host.Client.GetFromJsonAsync<JsonElement>("sandbox/.well-known/openid-configuration");

        metadata.GetProperty("issuer").GetString().Should().Be($"{host.Address}sandbox/");
        var keys = await host.Client.GetFromJsonAsync<JsonElement>(metadata.GetProperty("jwks_uri").GetString());
        var key = keys.GetProperty("keys").EnumerateArray().Should().ContainSingle().Subject;
        key.GetProperty("kid").GetString().Should().Be("sandbox-1");
        key.TryGetProperty("d", out _).Should().BeFalse();
    }
}
