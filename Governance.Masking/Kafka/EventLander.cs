using Governance.Masking.Avro;
using Governance.Masking.Keys;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>
/// Lands a batch of events: masks it, quarantines what cannot be masked, drops what is suppressed, and appends the rest with
/// the new positions in one transaction. Either all of it is durable, or the batch will come again.
/// </summary>
public sealed partial class EventLander(
    BatchMasker masker,
    IMaskedSink sink,
    IQuarantine quarantine,
    TenantKeys keys,
    IStreamStates states,
    StreamStatistics statistics,
    IFaultPoints faults,
    ILogger<EventLander> logger
)
{
    /// <summary>Checks that events can be masked at present.</summary>
    /// <exception cref="KeysUnavailableException">They cannot: the keys may not be used.</exception>
    internal void CheckKeys() => keys.CheckUsable();

    /// <summary>Lands a batch that came from the broker.</summary>
    /// <param name="source">Names the log that offsets count in.</param>
    /// <param name="events">The batch, in the order of each partition.</param>
    /// <param name="isolate">Looks for the rows that the warehouse refuses and quarantines them, after a <see cref="SinkRowException"/>.</param>
    /// <param name="cancellationToken">Stops before the append commits.</param>
    /// <exception cref="KeysUnavailableException">Nothing may be masked at present; nothing was quarantined because of it.</exception>
    /// <returns>
    /// The next offset to consume, for each topic and partition of the batch, as it was committed with the rows. Without those of a topic that
    /// was halted: of them nothing was done.
    /// </returns>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> LandAsync(
        string source,
        IReadOnlyList<SourceEvent> events,
        bool isolate,
        CancellationToken cancellationToken
    )
    {
        // The lease spans the suppression check and the append: an erasure that adds a suppression waits for the batch that
        // did not see it, then deletes its rows too.
        await using var lease = await sink.EnterLandingAsync(cancellationToken);
        using var trace = statistics.Begin(events.Count);
        var masked = await masker.MaskAsync(events, cancellationToken);
        trace.Masked();
        faults.Reached("sink.masked");
        await HoldWhatNoTableHoldsAsync(masked, cancellationToken);
        if (isolate)
        {
            await IsolateAsync(masked, cancellationToken);
        }

        await quarantine.AddAsync(keys, logger, source, WaysOut.Warehouse, masked.Refused, cancellationToken);
        faults.Reached("sink.quarantined");
        var positions = BatchPositions.After(events, masked.Held.ContainsKey);
        if (positions.Count > 0)
        {
            await sink.AppendAsync(
                new MaskedBatch(source, [.. masked.Masked.Select(group => group.Rows)], positions),
                cancellationToken
            );
        }

        faults.Reached("sink.appended");
        statistics.Landed(masked);
        masked.Suppressed.TellNewer(logger, WaysOut.Warehouse);
        trace.Landed();
        return positions;
    }

    /// <summary>Lands events that come out of quarantine; one that was replayed before adds nothing.</summary>
    /// <returns>What became of them.</returns>
    public async Task<MaskedEvents> ReplayAsync(
        string source,
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        // Alone: two that replay the same events would both find that they have not landed yet.
        await using var lease = await sink.EnterWriteAsync(cancellationToken);
        var masked = await masker.MaskAsync(events, cancellationToken);
        await EnsureTablesAsync(masked, cancellationToken);
        await IsolateAsync(masked, cancellationToken);
        var rows = masked.Masked.Select(group => group.Rows).ToArray();
        await sink.AppendAsync(
            new MaskedBatch(source, rows, new Dictionary<(string, int), long>(), Replayed: true),
            cancellationToken
        );
        statistics.Replayed(masked);
        masked.Suppressed.TellNewer(logger, WaysOut.Warehouse);
        return masked;
    }

    // A schema that the table cannot hold is no fault of an event: quarantining one after another would only hide it. The topic stands
    // still with all that comes behind, in its order, and the others go on.
    private async Task HoldWhatNoTableHoldsAsync(MaskedEvents masked, CancellationToken cancellationToken)
    {
        foreach (var group in masked.Masked.ToArray())
        {
            var topic = group.Rows.Dataset.Topic;
            try
            {
                await sink.EnsureTableAsync(group.Rows.Dataset, group.Rows.Schema, cancellationToken);
            }
            catch (SinkSchemaException exception) when (masked.Held.TryAdd(topic, exception.Message))
            {
                LogHalted(topic, StreamHalts.TableRefused, exception.Message);
                await states.HaltAsync(topic, StreamHalts.TableRefused, exception.Message, cancellationToken);
            }
            catch (SinkSchemaException)
            {
                // It is held already.
            }
        }

        masked.LeaveOutHeld();
    }

    private async Task EnsureTablesAsync(MaskedEvents masked, CancellationToken cancellationToken)
    {
        foreach (var group in masked.Masked.ToArray())
        {
            try
            {
                await sink.EnsureTableAsync(group.Rows.Dataset, group.Rows.Schema, cancellationToken);
            }
            catch (SinkSchemaException exception)
            {
                masked.Refuse(
                    group,
                    Enumerable.Range(0, group.Sources.Count).ToHashSet(),
                    EventFaults.TableRefused,
                    exception.Message
                );
            }
        }
    }

    private async Task IsolateAsync(MaskedEvents masked, CancellationToken cancellationToken)
    {
        foreach (var group in masked.Masked.ToArray())
        {
            var refused = new HashSet<int>();
            await FindRefusedAsync(group.Rows, 0, group.Sources.Count, refused, cancellationToken);
            if (refused.Count > 0)
            {
                masked.Refuse(group, refused, EventFaults.RowRefused, "the warehouse refuses what the row holds");
            }
        }
    }

    /// <summary>Halves a range until each row that the warehouse refuses stands alone.</summary>
    private async Task FindRefusedAsync(
        MaskedRows rows,
        int from,
        int to,
        HashSet<int> refused,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await sink.ProbeAsync(rows with { Rows = [.. rows.Rows.Skip(from).Take(to - from)] }, cancellationToken);
        }
        catch (SinkRowException) when (to - from == 1)
        {
            refused.Add(from);
        }
        catch (SinkRowException)
        {
            var middle = (from + to) / 2;
            await FindRefusedAsync(rows, from, middle, refused, cancellationToken);
            await FindRefusedAsync(rows, middle, to, refused, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Topic} is halted until somebody resumes it: {Code} {Reason}")]
    private partial void LogHalted(string topic, string code, string reason);
}
