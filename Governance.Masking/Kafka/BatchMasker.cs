using System.Buffers;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>
/// Masks a batch of events: first pass over all, one vault round trip for all their identifiers, second pass. An event that
/// cannot be masked is told apart with its code; one about an erased person is left out. No event stops another.
/// </summary>
public sealed class BatchMasker(
    PlanCache plans,
    Identifiers identifiers,
    ISuppressionList suppressions,
    InterceptorOptions options
)
{
    /// <summary>Masks.</summary>
    /// <exception cref="SchemaRegistryException">The registry is away; nothing was masked, try again.</exception>
    public async ValueTask<MaskedEvents> MaskAsync(
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        var result = new MaskedEvents();
        var prepared = new List<Prepared>(events.Count);
        var wanted = new Dictionary<IdentifierKey, ReadOnlyMemory<byte>>();
        foreach (var source in events)
        {
            if (await PrepareAsync(source, result, cancellationToken) is not { } ready)
            {
                continue;
            }

            prepared.Add(ready);
            foreach (var found in ready.Identifiers.Found)
            {
                wanted.TryAdd(found.Key, found.Plain);
            }
        }

        var resolved = new Dictionary<IdentifierKey, ResolvedIdentifier>(wanted.Count);
        await identifiers.ResolveAsync(wanted, resolved, cancellationToken);
        foreach (var group in prepared.GroupBy(ready => ready.Plan))
        {
            Write(group.Key, group, resolved, result);
        }

        return result;
    }

    private async ValueTask<Prepared?> PrepareAsync(
        SourceEvent source,
        MaskedEvents result,
        CancellationToken cancellationToken
    )
    {
        if (source.Value.Length > options.MaximumEventBytes)
        {
            return Refuse(source, null, EventFaults.TooLarge, "larger than the interceptor takes", result);
        }

        if (!WireFormat.TryParse(source.Value, out var schemaId, out var body))
        {
            return Refuse(source, null, EventFaults.NotWireFormat, "no zero byte and schema id in front", result);
        }

        var lookup = await plans.GetAsync(source.Topic, schemaId, cancellationToken);
        if (lookup.Plan is not { } plan)
        {
            return Refuse(source, schemaId, lookup.Code!, lookup.Reason, result);
        }

        var found = new RecordIdentifiers();
        try
        {
            plan.Discover(body, found, identifiers);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Refuse(source, schemaId, exception, result);
        }

        if (found.Found.Any(identifier => identifier.Link == Link.Owns && suppressions.Contains(identifier.Key)))
        {
            result.Suppressed.Add(source);
            return null;
        }

        return new Prepared(source, schemaId, body, plan, found);
    }

    private static void Write(
        MaskingPlan plan,
        IEnumerable<Prepared> events,
        Dictionary<IdentifierKey, ResolvedIdentifier> resolved,
        MaskedEvents result
    )
    {
        var rows = new List<MaskedRow>();
        var sources = new List<SourceEvent>();
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var ready in events)
        {
            buffer.ResetWrittenCount();
            using var json = new Utf8JsonWriter(buffer);
            try
            {
                plan.Write(ready.Body, ready.Identifiers, resolved, json);
            }
            catch (Exception exception)
            {
                Refuse(ready.Source, ready.SchemaId, exception, result);
                continue;
            }

            json.Flush();
            rows.Add(
                new MaskedRow(
                    ready.Source.Partition,
                    ready.Source.Offset,
                    ready.Source.Time,
                    buffer.WrittenMemory.ToArray()
                )
            );
            sources.Add(ready.Source);
        }

        if (rows.Count > 0)
        {
            result.Masked.Add(new MaskedGroup(new MaskedRows(plan.Dataset, plan.Schema, rows), sources));
        }
    }

    // Whatever one event does, the others go on. The message of a fault that is not ours may hold a value: its type alone is told.
    private static Prepared? Refuse(SourceEvent source, int schemaId, Exception exception, MaskedEvents result)
    {
        var (code, reason) = exception switch
        {
            MalformedAvroException malformed => (malformed.Code, malformed.Message),
            UnmaskableValueException unmaskable => (unmaskable.Code, unmaskable.Message),
            _ => (EventFaults.MaskingFailed, exception.GetType().Name),
        };
        return Refuse(source, schemaId, code, reason, result);
    }

    private static Prepared? Refuse(SourceEvent source, int? schemaId, string code, string reason, MaskedEvents result)
    {
        result.Refused.Add(new RefusedEvent(source, schemaId, code, reason));
        return null;
    }

    private sealed record Prepared(
        SourceEvent Source,
        int SchemaId,
        ReadOnlyMemory<byte> Body,
        MaskingPlan Plan,
        RecordIdentifiers Identifiers
    );
}

/// <summary>What masking a batch gave: every event is in exactly one of the lists.</summary>
public sealed class MaskedEvents
{
    /// <summary>Masked rows, one group for each plan.</summary>
    public List<MaskedGroup> Masked { get; } = [];

    /// <summary>Events for the quarantine.</summary>
    public List<RefusedEvent> Refused { get; } = [];

    /// <summary>Events about erased people; they are dropped.</summary>
    public List<SourceEvent> Suppressed { get; } = [];

    /// <summary>Moves rows of a group to the refused.</summary>
    /// <param name="group">One of <see cref="Masked"/>.</param>
    /// <param name="rows">Indexes of its rows.</param>
    /// <param name="code">One of <see cref="EventFaults"/>.</param>
    /// <param name="reason">What to look at, for an operator.</param>
    internal void Refuse(MaskedGroup group, IReadOnlySet<int> rows, string code, string reason)
    {
        Refused.AddRange(rows.Order().Select(row => new RefusedEvent(group.Sources[row], null, code, reason)));
        Masked.Remove(group);
        if (rows.Count < group.Sources.Count)
        {
            var kept = Enumerable.Range(0, group.Sources.Count).Where(row => !rows.Contains(row)).ToArray();
            Masked.Add(
                new MaskedGroup(
                    group.Rows with
                    {
                        Rows = [.. kept.Select(row => group.Rows.Rows[row])],
                    },
                    [.. kept.Select(row => group.Sources[row])]
                )
            );
        }
    }
}

/// <summary>Masked rows and the events they came from, in the same order.</summary>
public sealed record MaskedGroup(MaskedRows Rows, IReadOnlyList<SourceEvent> Sources);

/// <summary>An event that could not be masked.</summary>
/// <param name="Source">The event.</param>
/// <param name="SchemaId">Its schema id, where it could be read.</param>
/// <param name="Code">One of <see cref="EventFaults"/>.</param>
/// <param name="Reason">What to look at, for an operator: paths and types, never a value.</param>
public sealed record RefusedEvent(SourceEvent Source, int? SchemaId, string Code, string Reason);
