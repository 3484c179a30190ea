using System.Net;
using System.Net.Http.Json;
using Governance.Api.Configuration;
using Governance.Api.Identity;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Identity;

public sealed class EntraSignInTests
{
    [Fact]
    public async Task Host_WithADirectory_GivesNoTokensOfItsOwn()
    {
        await using var host = await SandboxHost.StartAsync(
            [
                "--AzureAd:Instance=https://login.microsoftonline.com/",
                "--AzureAd:TenantId=00000000-0000-4000-8000-000000000001",
                "--AzureAd:ClientId=00000000-0000-4000-8000-000000000002",
            ],
            map: endpoints => endpoints.MapGet("/guarded", () => "yes").RequireRoles(Roles.Dpo)
        );

        using var token = await host.Client.PostAsJsonAsync("sandbox/token", new { person = "dpo" });
        using var guarded = await host.Client.GetAsync("guarded");

        token.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await guarded.Content.ReadAsStringAsync())
            .Should()
            .Contain("Sign in to the directory")
            .And.NotContain("sandbox");
        host.Services.GetServices<SandboxPart>().Should().NotContain(part => part.Name == SandboxPart.SignIn);
        host.Output.Should().NotContain("sandbox/token");
    }
}
