using System.Diagnostics.Metrics;
using Governance.Api.Configuration;
using Microsoft.Extensions.Options;

namespace Governance.Api.Telemetry;

/// <summary>
/// Publishes counts of what stands in the state as gauges. Collectors do not wait for a database: it is counted from time to time, and what
/// was counted last is shown. Where counting fails nothing is shown, rather than what was true once.
/// </summary>
internal abstract class CountingWorker : Worker
{
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly IOptions<TelemetryOptions> _options;
    private volatile Dictionary<string, Measurement<long>[]> _counts = [];

    /// <summary>Makes its meter.</summary>
    /// <param name="meter">The meter's name; it begins with <c>Governance.</c>.</param>
    /// <param name="time">Paces it.</param>
    /// <param name="options">How often.</param>
    protected CountingWorker(string meter, TimeProvider time, IOptions<TelemetryOptions> options) =>
        (_meter, _time, _options) = (new Meter(meter), time, options);

    /// <summary>Counts, by the name of the gauge.</summary>
    public abstract Task<Dictionary<string, Measurement<long>[]>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Adds a gauge that <see cref="CountAsync"/> fills.</summary>
    protected void Show(string name, string unit, string description) =>
        _meter.CreateObservableGauge(name, () => _counts.GetValueOrDefault(name) ?? [], unit, description);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _counts = await CountAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Readiness says that the state is away; gauges that vanish say it, too.
                _counts = [];
            }

            await Task.Delay(_options.Value.CountInterval, _time, stoppingToken);
        }
    }

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }
}
