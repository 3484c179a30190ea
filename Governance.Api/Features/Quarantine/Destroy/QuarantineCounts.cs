using System.Diagnostics.Metrics;
using Governance.Api.Telemetry;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Quarantine.Destroy;

/// <summary>What stands in quarantine, by topic and code, as a metric.</summary>
internal sealed class QuarantineCounts : CountingWorker
{
    public const string MeterName = "Governance.Quarantine";
    private const string Kept = "governance.quarantine.kept";

    private readonly IQuarantine _quarantine;

    public QuarantineCounts(IQuarantine quarantine, TimeProvider time, IOptions<TelemetryOptions> options)
        : base(MeterName, time, options)
    {
        _quarantine = quarantine;
        Show(Kept, "{record}", "Events that stand in quarantine");
    }

    public override async Task<Dictionary<string, Measurement<long>[]>> CountAsync(
        CancellationToken cancellationToken
    ) =>
        new(StringComparer.Ordinal)
        {
            [Kept] =
            [
                .. (await _quarantine.CountAsync(cancellationToken)).Select(count => new Measurement<long>(
                    count.Events,
                    new("topic", count.Topic),
                    new("code", count.Code)
                )),
            ],
        };
}
