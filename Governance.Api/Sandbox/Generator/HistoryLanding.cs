using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Waits until the warehouse has committed all that was written.</summary>
internal sealed partial class HistoryLanding(IServiceProvider services, TimeProvider clock, ILogger<HistoryLanding> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns when every partition's committed position has reached its end.</summary>
    public async Task WaitAsync(
        string source,
        IReadOnlyDictionary<(string Topic, int Partition), long> ends,
        CancellationToken cancellationToken
    )
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            var missing = await MissingAsync(source, ends, cancellationToken);
            if (missing == 0)
            {
                return;
            }

            if (clock.GetElapsedTime(since) > Patience)
            {
                Late(log, missing);
                since = clock.GetTimestamp();
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private async Task<long> MissingAsync(
        string source,
        IReadOnlyDictionary<(string Topic, int Partition), long> ends,
        CancellationToken cancellationToken
    )
    {
        // A process that lands nothing has no sink; then nothing ever lands, and the log says so.
        if (services.GetService<IMaskedSink>() is not { } sink)
        {
            return ends.Values.Sum();
        }

        var positions = await sink.ReadPositionsAsync(source, cancellationToken);
        return ends.Sum(end => Math.Max(0, end.Value - positions.GetValueOrDefault(end.Key)));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Missing} events of the history have not landed yet. Live events and sandbox.json wait for them; see GET /streams."
    )]
    private static partial void Late(ILogger log, long missing);
}
