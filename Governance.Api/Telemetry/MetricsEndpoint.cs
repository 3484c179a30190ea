using System.Net;
using System.Security.Cryptography;
using System.Text;
using Governance.Api.Http;
using Microsoft.Extensions.Options;

namespace Governance.Api.Telemetry;

/// <summary>
/// Metrics in Prometheus' text format. A scraper is no person: it shows a token where one is set, and else comes from this machine.
/// </summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";
    private const string Scheme = "Bearer ";

    public static void MapMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint(
                Path,
                meterProvider: null,
                configureBranchedPipeline: branch => branch.Use(GuardAsync),
                optionsName: null
            )
            .AllowAnonymous();

    private static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<TelemetryOptions>>().Value;
        if (options.MetricsToken is not { Length: > 0 } token)
        {
            // A request that a proxy passes on comes from this machine, too: it says so itself.
            return
                context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote)
                || context.Request.Headers.ContainsKey("Forwarded")
                || context.Request.Headers.ContainsKey("X-Forwarded-For")
                ? new Problem(
                    StatusCodes.Status403Forbidden,
                    "metrics_of_this_machine",
                    "This is not allowed.",
                    "Metrics are shown to this machine alone.",
                    "Set Governance:Telemetry:MetricsToken, and give the scraper the same token; or send them by OTLP."
                ).ExecuteAsync(context)
                : next(context);
        }

        if (Shows(context.Request.Headers.Authorization.ToString(), token))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new Problem(
            StatusCodes.Status401Unauthorized,
            "metrics_token_wrong",
            "Show the scraper's token first.",
            "The request carries no token, or another one than that of the metrics.",
            "Send Authorization: Bearer <token>, with the token of Governance:Telemetry:MetricsToken."
        ).ExecuteAsync(context);
    }

    private static bool Shows(string header, string token) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())),
            SHA256.HashData(Encoding.UTF8.GetBytes(token))
        );
}
