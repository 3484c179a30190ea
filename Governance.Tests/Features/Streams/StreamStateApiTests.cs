using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Features.Streams.States;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Streams;

/// <summary>Pausing and resuming a topic, and what a halt looks like.</summary>
public sealed class StreamStateApiTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task PauseAndResume_ByWhoMay_HoldOverARestartAndStandInTheLedger()
    {
        using var folder = new TemporaryFolder();
        await using (var host = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            using var client = new ServiceClient(host.Address);
            (await StandingAsync(client, "customers")).GetProperty("state").GetString().Should().Be("running");

            var paused = await client.PostAsync("pipeline", "streams/customers/pause", new { reason = "a migration" });

            paused.GetProperty("state").GetString().Should().Be("paused");
            host.Services.GetRequiredService<IStreamStates>().Runs("customers").Should().BeFalse();
            (await client.PostAsync("admin", "streams/customers/pause", new { reason = "another" }))
                .GetProperty("reason")
                .GetString()
                .Should()
                .Be("a migration", "it is paused already");
        }

        await using (var host = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            using var client = new ServiceClient(host.Address);
            var standing = await StandingAsync(client, "customers");
            standing.GetProperty("state").GetString().Should().Be("paused");
            standing.GetProperty("reason").GetString().Should().Be("a migration");
            standing.GetProperty("by").GetString().Should().NotBeNullOrEmpty();

            await client.PostAsync("admin", "streams/customers/resume", new { });
            await client.PostAsync("admin", "streams/customers/resume", new { });

            (await StandingAsync(client, "customers")).GetProperty("state").GetString().Should().Be("running");
            var ledger = await client.GetAsync("auditor", "ledger?limit=1000");
            ledger.GetRawText().Should().NotContain("a migration");
            ledger
                .GetProperty("entries")
                .EnumerateArray()
                .Select(entry => entry.GetProperty("action").GetString()!)
                .Where(action => action.StartsWith("stream.", StringComparison.Ordinal))
                .Should()
                .Equal(["stream.paused", "stream.resumed"], "what changed nothing is not told");
        }
    }

    [Fact]
    public async Task Pause_ByWhoMayNotOrOfNoTopic_IsRefused()
    {
        await using var host = await SandboxHost.StartAsync();
        using var analyst = await host.ClientFor("analyst");
        using var pipeline = await host.ClientFor("pipeline");

        (await analyst.PostAsync("streams/customers/pause", null)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await pipeline.PostAsync("streams/nowhere/pause", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await pipeline.PostAsync("streams/nowhere/resume", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        var longer = await pipeline.PostAsJsonAsync("streams/customers/pause", new { reason = new string('x', 301) });
        longer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Halt_ByTheInterceptor_ShowsItsCodeAndEndsByResuming()
    {
        await using var host = await SandboxHost.StartAsync();
        using var client = new ServiceClient(host.Address);
        var states = host.Services.GetRequiredService<StoredStreamStates>();

        await states.HaltAsync("meters", StreamHalts.TableRefused, "Table meters cannot hold it.", None);

        var standing = await StandingAsync(client, "meters");
        standing.GetProperty("state").GetString().Should().Be("halted");
        standing.GetProperty("code").GetString().Should().Be("table_refused");
        using var pause = await client.SendAsync("pipeline", HttpMethod.Post, "streams/meters/pause");
        pause.StatusCode.Should().Be(HttpStatusCode.Conflict);
        await client.PostAsync("pipeline", "streams/meters/resume", new { });
        states.Runs("meters").Should().BeTrue();
    }

    private static async Task<JsonElement> StandingAsync(ServiceClient client, string topic) =>
        (await client.GetAsync("pipeline", "streams"))
            .GetProperty("streams")
            .EnumerateArray()
            .Single(stream => stream.GetProperty("topic").GetString() == topic)
            .GetProperty("standing");
}
