using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Governance.Api.Telemetry;

/// <summary>
/// The tags that may leave the process. All others are left out, whoever sets them: a path, a query or a user agent holds what a caller
/// typed, and a library's next version may add one.
/// </summary>
internal static class KnownTags
{
    private static readonly string[] s_ofHttp =
    [
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.name",
        "network.protocol.version",
        "url.scheme",
    ];

    private static readonly string[] s_own =
    [
        "code",
        "messaging.batch.message_count",
        "messaging.system",
        "state",
        "topic",
        "type",
    ];

    private static readonly FrozenSet<string> s_ofSpans = s_ofHttp.Concat(s_own).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a span's tag is passed on.</summary>
    public static bool IsOfSpans(string name) => s_ofSpans.Contains(name);

    /// <summary>Of the web server's instruments, only tags without values; all other meters were named one by one.</summary>
    public static MetricStreamConfiguration? OfMetrics(Instrument instrument) =>
        instrument.Meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            ? new MetricStreamConfiguration { TagKeys = s_ofHttp }
            : null;
}
