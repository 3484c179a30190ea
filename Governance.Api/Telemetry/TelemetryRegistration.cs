using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Governance.Api.Configuration;
using Governance.Masking.Kafka;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Governance.Api.Telemetry;

/// <summary>
/// Metrics at <c>/metrics</c>; metrics and traces by OTLP where an address is set. Only what is named here is passed on: meters and sources
/// one by one, of the web server's tags those that hold no value (<see cref="KnownTags"/>). Logs are not sent.
/// </summary>
internal static class TelemetryRegistration
{
    /// <summary>The meters of the service's own features.</summary>
    public const string FeatureMeters = "Governance.*";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<TelemetryOptions>(TelemetryOptions.SectionName);
        var telemetry = services
            .AddOpenTelemetry()
            // The detectors by default would read the environment's resource attributes: an operator's own words, which stay.
            .ConfigureResource(resource =>
                resource.AddService("governance", serviceVersion: Version(), autoGenerateServiceInstanceId: true)
            )
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(FeatureMeters)
                    .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                    .AddView(KnownTags.OfMetrics)
                    .AddPrometheusExporter()
            );

        var settings = builder.Configuration.GetSection(TelemetryOptions.SectionName);
        telemetry.WithTracing(traces =>
            traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(RatioOf(settings))))
                .AddSource(BatchTrace.SourceName)
                .AddAspNetCoreInstrumentation(options =>
                {
                    // Its event would carry the exception's message.
                    options.RecordException = false;
                    // Scrapers and probes come all the time, and say nothing.
                    options.Filter = context => !IsProbe(context.Request.Path);
                })
                // Before every exporter, whoever adds one: they run in this order.
                .AddProcessor(new ScrubbingProcessor())
        );

        var endpoint = settings[nameof(TelemetryOptions.OtlpEndpoint)];
        endpoint = endpoint is { Length: > 0 } ? endpoint : builder.Configuration[TelemetryOptions.EndpointVariable];
        if (endpoint is { Length: > 0 } && Uri.TryCreate(endpoint, UriKind.Absolute, out var address))
        {
            var isHttp = string.Equals(
                settings[nameof(TelemetryOptions.OtlpProtocol)],
                "http",
                StringComparison.Ordinal
            );
            telemetry
                .WithMetrics(metrics => metrics.AddOtlpExporter(otlp => Send(otlp, address, isHttp, "v1/metrics")))
                .WithTracing(traces => traces.AddOtlpExporter(otlp => Send(otlp, address, isHttp, "v1/traces")));
            services.AddStartupNote<TelemetryAddress>("telemetry", one => one.Text);
            services.AddSingleton(new TelemetryAddress($"{address.GetLeftPart(UriPartial.Authority)} (OTLP)"));
        }

        // Baggage and trace state of callers are free text: neither is read.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        // Nor is anything sent on: warehouses, webhooks and registries have no part in our traces.
        DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();
        services.AddSingleton<DistributedContextPropagator, TraceIdPropagator>();
    }

    public static void MapTelemetry(this WebApplication app) => app.MapMetrics();

    // A ratio out of range is told with all other faults, at start.
    private static double RatioOf(IConfigurationSection settings) =>
        double.TryParse(
            settings[nameof(TelemetryOptions.TraceRatio)],
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var ratio
        ) && ratio is >= 0 and <= 1
            ? ratio
            : new TelemetryOptions().TraceRatio;

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments(MetricsEndpoint.Path, StringComparison.Ordinal);

    private static void Send(OtlpExporterOptions otlp, Uri address, bool isHttp, string signal)
    {
        otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = isHttp ? new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{signal}") : address;
    }

    private static string Version() =>
        typeof(TelemetryRegistration)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "0";

    private sealed record TelemetryAddress(string Text);
}
