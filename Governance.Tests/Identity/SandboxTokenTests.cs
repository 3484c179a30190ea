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
}
