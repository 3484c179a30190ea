using System.Net;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Telemetry;

/// <summary>What a scraper is given, and who is given it.</summary>
public sealed class MetricsTests
{
    private const string Token = "a-token-of-the-scraper-alone";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_OfAServiceAtWork_AreReadByAForeignParserAndAddUp()
    {
        using var folder = new TemporaryFolder();
        var (process, address) = await ServiceProcess.ServeAsync(
            Path.Combine(folder.Path, "data"),
            "--Governance:Sandbox:Generator:Enabled=true",
            "--Governance:Sandbox:Generator:Customers=5",
            "--Governance:Sandbox:Generator:HistoryDays=2",
            "--Governance:Telemetry:CountInterval=00:00:00.2"
        );
        await using (process)
        {
            using var client = new ServiceClient(address);
            using var http = new HttpClient { BaseAddress = address };
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("masked") > 20,
                () => "rows land",
                seconds: 120
            );

            var text = await http.GetStringAsync("metrics", Cancelled);

            // A process of its own: meters of other tests' hosts would be seen, too.
            PrometheusText.Check(text);
            var families = JsonSerializer.Deserialize<JsonElement[]>(
                await NodeTool.RunAsync("parse-metrics.mjs", text)
            )!;
            var names = families.Select(family => family.GetProperty("name").GetString()).ToArray();
            names
                .Should()
                .Contain([
                    "governance_stream_consumed_total",
                    "governance_stream_masked_total",
                    "governance_stream_suppressed_total",
                    "governance_stream_suppressed_newer_total",
                    "governance_stream_lag",
                    "governance_stream_newest_age_seconds",
                    "governance_stream_masking_time_seconds_total",
                    "governance_stream_batch_time_seconds_total",
                    "governance_requests_due",
                    "http_server_request_duration_seconds",
                ]);
            Sum("governance_stream_masked_total").Should().BeGreaterThan(20);
            Sum("governance_stream_consumed_total")
                .Should()
                .BeGreaterThanOrEqualTo(Sum("governance_stream_masked_total"));
            Sum("governance_stream_masking_time_seconds_total")
                .Should()
                .BeGreaterThan(0)
                .And.BeLessThan(Sum("governance_stream_batch_time_seconds_total"));
            text.Should().Contain("topic=\"customers\"");

            double Sum(string name) =>
                families
                    .Single(family => family.GetProperty("name").GetString() == name)
                    .GetProperty("metrics")
                    .EnumerateArray()
                    .Sum(metric =>
                        double.Parse(
                            metric.GetProperty("value").GetString()!,
                            System.Globalization.CultureInfo.InvariantCulture
                        )
                    );
        }
    }

    [Fact]
    public async Task Streams_AndMetrics_CountTheQuarantineByCode()
    {
        await using var host = await SandboxHost.StartAsync();
        using (var writer = new TopicWriter(host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers))
        {
            writer.Send("customers", key: null, [7, 7, 7]);
            writer.Send("customers", key: null, TopicWriter.Frame(999_999, [1]));
            writer.Send("customers", key: null, TopicWriter.Frame(999_999, [2]));
            writer.Flush();
        }

        using var pipeline = await host.ClientFor("pipeline");
        JsonElement customers = default;
        await Wait.UntilAsync(
            async () =>
            {
                var streams = JsonSerializer.Deserialize<JsonElement>(
                    await pipeline.GetStringAsync("streams", Cancelled)
                );
                customers = streams
                    .GetProperty("streams")
                    .EnumerateArray()
                    .Single(stream => stream.GetProperty("topic").GetString() == "customers");
                return customers.GetProperty("quarantined").GetInt64() == 3;
            },
            () => $"three events are in quarantine: {customers}"
        );

        var codes = customers.GetProperty("quarantinedByCode");
        codes.GetProperty(EventFaults.NotWireFormat).GetInt64().Should().Be(1);
        codes.EnumerateObject().Sum(code => code.Value.GetInt64()).Should().Be(3);
        customers.GetProperty("rawTopic").GetString().Should().Be("not_looked_at");
        (await host.Client.GetStringAsync("metrics", Cancelled))
            .Should()
            .MatchRegex(
                $"governance_stream_quarantined_total\\{{.*code=\"{EventFaults.NotWireFormat}\".*topic=\"customers\".*\\}} |governance_stream_quarantined_total\\{{.*topic=\"customers\".*code=\"{EventFaults.NotWireFormat}\".*\\}} "
            );
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    public async Task Metrics_WithoutAToken_AreOfThisMachineAlone(string header, string value)
    {
        await using var host = await SandboxHost.StartAsync();
        (await host.Client.GetAsync("metrics", Cancelled)).StatusCode.Should().Be(HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics") { Headers = { { header, value } } };

        using var answer = await host.Client.SendAsync(request, Cancelled);

        await answer.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "metrics_of_this_machine");
    }

    [Fact]
    public async Task Metrics_WithAToken_AreOfWhoeverShowsIt()
    {
        await using var host = await SandboxHost.StartAsync([$"--Governance:Telemetry:MetricsToken={Token}"]);
        using var none = await host.Client.GetAsync("metrics", Cancelled);
        await none.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "metrics_token_wrong");
        using var admin = await host.ClientFor("admin");
        (await admin.GetAsync("metrics", Cancelled)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        using var scraper = host.ClientWith(Token);
        var answer = await scraper.GetAsync("metrics", Cancelled);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
    }
}
