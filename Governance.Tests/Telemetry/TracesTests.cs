using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Governance.Tests.Telemetry;

/// <summary>What leaves the process as spans.</summary>
public sealed class TracesTests
{
    private static readonly string[] s_markers =
    [
        CanaryMarkers.Email,
        CanaryMarkers.CustomerId,
        CanaryMarkers.AccountNumber,
        "zqx9002",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_OfRequestsThatCarryValues_HoldTemplatesAndNoValue()
    {
        var spans = new ConcurrentSpans();
        await using var host = await StartAsync(spans);
        using var pipeline = await host.ClientFor("pipeline");
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"datasets/{CanaryMarkers.Email}?{CanaryMarkers.CustomerId}={CanaryMarkers.AccountNumber}"
        )
        {
            Headers =
            {
                { "User-Agent", CanaryMarkers.CustomerId },
                { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" },
                { "tracestate", "who=zqx9002" },
                { "baggage", "who=zqx9002" },
            },
        };

        using var answer = await pipeline.SendAsync(request, Cancelled);
        using var nowhere = await pipeline.GetAsync($"nowhere/{CanaryMarkers.Email}", Cancelled);
        using var probe = await host.Client.GetAsync("health/live", Cancelled);
        using var failed = await pipeline.GetAsync("/throws", Cancelled);

        await spans.UntilAsync(span => span.DisplayName == "GET /throws");
        spans
            .All.Should()
            .Contain(span => span.TraceId == trace && span.DisplayName == "GET /datasets/{name}", spans.Text)
            .And.Contain(span => span.DisplayName == "GET")
            .And.NotContain(span => span.DisplayName.Contains("health", StringComparison.Ordinal));
        spans
            .All.Single(span => span.TraceId == trace)
            .TagObjects.Select(tag => tag.Key)
            .Should()
            .Contain(["http.route", "http.response.status_code"])
            .And.NotContain("url.path");
        s_markers.Should().OnlyContain(marker => !spans.Text.Contains(marker, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Spans_OfBatches_SayHowManyAndWhetherTheyLanded()
    {
        var spans = new ConcurrentSpans();
        await using var host = await StartAsync(spans);
        using (var writer = new TopicWriter(host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers))
        {
            writer.Send(
                "customers",
                Encoding.UTF8.GetBytes(CanaryMarkers.CustomerId),
                Encoding.UTF8.GetBytes(CanaryMarkers.Email)
            );
            writer.Flush();
        }

        await spans.UntilAsync(span =>
            span.DisplayName == "governance.stream.batch" && span.Status != ActivityStatusCode.Error
        );

        var batch = spans.All.First(span => span.DisplayName == "governance.stream.batch");
        batch.GetTagItem("messaging.batch.message_count").Should().BeOfType<int>().Which.Should().BePositive();
        spans
            .All.Where(span => span.TraceId == batch.TraceId)
            .Select(span => span.DisplayName)
            .Should()
            .BeEquivalentTo("governance.stream.batch", "governance.stream.mask", "governance.stream.land");
        s_markers.Should().OnlyContain(marker => !spans.Text.Contains(marker, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Begin_ThatIsNotLanded_EndsInAnErrorWithoutWords()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BatchTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var statistics = new StreamStatistics(TimeProvider.System);
        using var own = new Activity("test").Start();

        using (var trace = statistics.Begin(7))
        {
            trace.Masked();
        }

        var batch = ended.Single(one => one.ParentId == own.Id);
        batch.Status.Should().Be(ActivityStatusCode.Error);
        batch.StatusDescription.Should().BeNull();
        statistics.Batches.Should().BeGreaterThanOrEqualTo(statistics.Masking);
    }

    private static Task<SandboxHost> StartAsync(ConcurrentSpans spans) =>
        SandboxHost.StartAsync(
            adjust: builder =>
                builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(spans)),
            map: endpoints =>
                endpoints.MapGet(
                    "/throws",
                    string () => throw new InvalidOperationException($"It chokes on {CanaryMarkers.Email}.")
                )
        );
}
