using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Identity;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Governance.Tests.Http;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_Asked_NamesTokenRolesAndProblems()
    {
        await using var host = await SandboxHost.StartAsync(map: endpoints =>
            endpoints.MapGet("/guarded", () => "yes").RequireRoles(Roles.Dpo, Roles.Auditor)
        );

        var document = await host.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json");

        document
            .GetProperty("components")
            .GetProperty("securitySchemes")
            .GetProperty("bearer")
            .GetProperty("scheme")
            .GetString()
            .Should()
            .Be("bearer");
        var guarded = document.GetProperty("paths").GetProperty("/guarded").GetProperty("get");
        guarded.GetProperty("security")[0].TryGetProperty("bearer", out _).Should().BeTrue();
        guarded.GetProperty("description").GetString().Should().Be("Roles: dpo, auditor.");
        guarded
            .GetProperty("responses")
            .GetProperty("default")
            .GetProperty("content")
            .TryGetProperty("application/problem+json", out _)
            .Should()
            .BeTrue();
        var token = document.GetProperty("paths").GetProperty("/sandbox/token").GetProperty("post");
        token.TryGetProperty("security", out _).Should().BeFalse();
    }
}
