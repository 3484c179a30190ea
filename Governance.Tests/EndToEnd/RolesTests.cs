using System.Net;
using Governance.Api.Features.Streams;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Governance.Tests.EndToEnd;

/// <summary>Processes that run a part of the service each.</summary>
public sealed class RolesTests
{
    private static readonly string[] s_ofTheApi =
    [
        "streams",
        "subject-requests",
        "datasets",
        "grants",
        "openapi/v1.json",
        "sandbox/token",
        "ledger",
        "no/such/address",
    ];

    [Theory]
    [InlineData("stream")]
    [InlineData("scheduler")]
    public async Task Start_WithoutTheApi_AnswersHealthAndMetricsAlone(string role)
    {
        await using var host = await SandboxHost.StartAsync([$"--roles={role}"]);

        (await host.Client.GetAsync("health/live", Cancelled)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.Client.GetAsync("health/ready", Cancelled)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.Client.GetAsync("metrics", Cancelled)).StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (var path in s_ofTheApi)
        {
            using var answer = await host.Client.GetAsync(path, Cancelled);
            answer.StatusCode.Should().Be(HttpStatusCode.NotFound, path);
        }

        var runs = host.Services.GetServices<IHostedService>().Select(service => service.GetType()).ToArray();
        runs.Contains(typeof(InterceptorService)).Should().Be(role is "stream");
        runs.Contains(typeof(ErasureWorker)).Should().Be(role is "scheduler");
        host.Output.Should()
            .MatchRegex($@"(?m)^ +roles +{role}$")
            .And.Contain("Embedded here: state, vault, warehouse.")
            .And.NotContain("get a token");
    }

    [Fact]
    public async Task Start_WithTheApiAlone_ServesAndDoesNotConsume()
    {
        await using var host = await SandboxHost.StartAsync(["--roles", "api"]);

        using var pipeline = await host.ClientFor("pipeline");
        (await pipeline.GetStringAsync("streams", Cancelled)).Should().Contain("\"consumes\":false");
        host.Services.GetServices<IHostedService>()
            .Should()
            .NotContain(service => service is InterceptorService || service is ErasureWorker);
    }

    [Fact]
    public async Task Start_Stream_ConsumesAndLands()
    {
        await using var host = await SandboxHost.StartAsync(["--roles=stream"]);
        using (var writer = new TopicWriter(host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers))
        {
            // Of a schema that nobody knows.
            writer.Send("customers", key: null, TopicWriter.Frame(999_999, [1, 2, 3]));
            writer.Flush();
        }

        var statistics = host.Services.GetRequiredService<StreamStatistics>();
        await Wait.UntilAsync(
            () => Task.FromResult(statistics.Read().Sum(topic => topic.Quarantined) == 1),
            () => "the event has been consumed"
        );
        (await host.Services.GetRequiredService<IQuarantine>().CountAsync(Cancelled))
            .Should()
            .ContainSingle()
            .Which.Topic.Should()
            .Be("customers");
    }

    [Fact]
    public async Task Start_WithAnUnknownRole_IsRefusedWithTheNamesThatThereAre()
    {
        await using var process = ServiceProcess.Start(["--roles", "api,interceptor", "--urls=http://127.0.0.1:0"]);

        (await process.ExitCodeAsync()).Should().Be(1);
        process
            .Output.Should()
            .Contain(
                "Governance:Roles: It names 'interceptor', which is no role; the roles are api, stream, scheduler."
            )
            .And.NotContain("   at ");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;
}
