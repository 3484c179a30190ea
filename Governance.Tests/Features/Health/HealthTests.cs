using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Features.Health;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Tests.Features.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Live_WhateverThePartsSay_IsLive()
    {
        await using var host = await StartAsync(
            new Part("vault", _ => throw new InvalidOperationException("canary7f3a"))
        );
        using var response = await host.Client.GetAsync("health/live");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString().Should().Be("live");
    }

    [Fact]
    public async Task Ready_WhenAllPartsAreUp_NamesThem()
    {
        await using var host = await StartAsync(Up("vault"), Up("broker"));
        using var response = await host.Client.GetAsync("health/ready");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync())
            .Should()
            .Be("""{"status":"ready","parts":[{"name":"broker","state":"up"},{"name":"vault","state":"up"}]}""");
    }

    [Fact]
    public async Task Ready_WhenPartsAreDownOrSilentOrThrow_SaysWhichWithoutAnyMessage()
    {
        await using var host = await StartAsync(
            Up("broker"),
            new Part("registry", _ => ValueTask.FromResult(PartState.Down("No leader."))),
            new Part(
                "state",
                async token =>
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return PartState.Up;
                }
            ),
            new Part("vault", _ => throw new InvalidOperationException("canary7f3a"))
        );
        using var response = await host.Client.GetAsync("health/ready");

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        var text = await response.Content.ReadAsStringAsync();
        text.Should().NotContain("canary7f3a");
        var answer = JsonDocument.Parse(text).RootElement;
        answer.GetProperty("status").GetString().Should().Be("not_ready");
        answer
            .GetProperty("parts")
            .EnumerateArray()
            .Select(part => $"{part.GetProperty("name").GetString()} {part.GetProperty("state").GetString()}")
            .Should()
            .Equal("broker up", "registry down", "state down", "vault down");
        text.Should().Contain("No leader.").And.Contain("did not answer within 0.2 s");
    }

    private static Part Up(string name) => new(name, _ => ValueTask.FromResult(PartState.Up));

    private static Task<SandboxHost> StartAsync(params Part[] parts) =>
        SandboxHost.StartAsync(
            ["--Governance:HealthTimeout=00:00:00.2"],
            builder =>
            {
                builder.Services.RemoveAll<IHealthPart>();
                foreach (var part in parts)
                {
                    builder.Services.AddSingleton<IHealthPart>(part);
                }
            }
        );

    private sealed class Part(string name, Func<CancellationToken, ValueTask<PartState>> check) : IHealthPart
    {
        public string Name => name;

        public ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) => check(cancellationToken);
    }
}
