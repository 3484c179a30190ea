using System.Buffers;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>
/// Masks a batch of events: each is walked once, one vault round trip for all their identifiers, then they are written. An event that
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
        var groups = new Dictionary<MaskingPlan, Group>();
        try
        {
            foreach (var source in events)
            {
                await AddAsync(source, groups, result, cancellationToken);
            }

            await suppressions.RefreshAsync(cancellationToken);
            var erased = new ErasedPeople(suppressions);
            foreach (var group in groups.Values)
            {
                LeaveOutSuppressed(group, erased, result);
            }

            await erased.RenewAsync(cancellationToken);
            await identifiers.ResolveAsync(
                [.. groups.Values.SelectMany(group => group.Batch.Identifiers)],
                cancellationToken
            );
            foreach (var (plan, group) in groups)
            {
                group.Batch.MaskValues();
                Write(plan, group, result);
            }
        }
        finally
        {
            foreach (var (plan, group) in groups)
            {
                plan.Return(group.Batch);
            }
        }

        return result;
    }

    private async ValueTask AddAsync(
        SourceEvent source,
        Dictionary<MaskingPlan, Group> groups,
        MaskedEvents result,
        CancellationToken cancellationToken
    )
    {
        if (source.Value.IsEmpty)
        {
            // A tombstone: it says that its key is gone, and holds nothing to land or to keep.
            return;
        }

        if (EventChecks.Front(source, options, out var schemaId, out var body) is { } fault)
        {
            Refuse(source, null, fault.Code, fault.Reason, result);
            return;
        }

        var lookup = await plans.GetAsync(source.Topic, schemaId, cancellationToken);
        if (lookup.Plan is not { } plan)
        {
            Refuse(source, schemaId, lookup.Code!, lookup.Reason, result);
            return;
        }

        if (!groups.TryGetValue(plan, out var group))
        {
            groups[plan] = group = new Group(plan.Dataset, plan.Rent(), []);
        }

        group.Batch.Add(body);
        group.Events.Add((source, schemaId));
    }

    private void LeaveOutSuppressed(Group group, ErasedPeople erased, MaskedEvents result)
    {
        group.Batch.Index(identifiers);
        for (var record = 0; record < group.Batch.Count; record++)
        {
            if (group.Batch.FaultOf(record) is not null)
            {
                continue;
            }

            erased.Begin(group.Events[record].Source.Time, group.Dataset.StartsAnew);
            erased.Settles(group.Batch, record);
            if (erased.End() is var finding and not ErasedFinding.Passes)
            {
                group.Batch.Exclude(record);
                result.Suppressed.Add(
                    new SuppressedEvent(group.Events[record].Source, finding == ErasedFinding.SuppressedNewer)
                );
            }
        }
    }

    private static void Write(MaskingPlan plan, Group group, MaskedEvents result)
    {
        var rows = new List<MaskedRow>();
        var sources = new List<SourceEvent>();
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        for (var record = 0; record < group.Batch.Count; record++)
        {
            var (source, schemaId) = group.Events[record];
            if (group.Batch.FaultOf(record) is { } fault)
            {
                Refuse(source, schemaId, fault.Code, fault.Reason, result);
                continue;
            }

            if (group.Batch.IsExcluded(record))
            {
                continue;
            }

            buffer.ResetWrittenCount();
            json.Reset();
            try
            {
                group.Batch.WriteJson(record, json);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever one event does, the others go on.
                var thrown = EventChecks.FaultOf(exception);
                Refuse(source, schemaId, thrown.Code, thrown.Reason, result);
                continue;
            }

            json.Flush();
            rows.Add(new MaskedRow(source.Partition, source.Offset, source.Time, buffer.WrittenMemory.ToArray()));
            sources.Add(source);
        }

        if (rows.Count > 0)
        {
            result.Masked.Add(new MaskedGroup(new MaskedRows(plan.Dataset, plan.Schema, rows), sources));
        }
    }

    private static void Refuse(SourceEvent source, int? schemaId, string code, string reason, MaskedEvents result) =>
        result.Refused.Add(new RefusedEvent(source, schemaId, code, reason));

    private sealed record Group(Dataset Dataset, AvroBatch Batch, List<(SourceEvent Source, int SchemaId)> Events);
}

/// <summary>What masking a batch gave: every event is in exactly one of the lists.</summary>
public sealed class MaskedEvents
{
    /// <summary>Masked rows, one group for each plan.</summary>
    public List<MaskedGroup> Masked { get; } = [];

    /// <summary>Events for the quarantine.</summary>
    public List<RefusedEvent> Refused { get; } = [];

    /// <summary>Events about erased people; they are dropped.</summary>
    public List<SuppressedEvent> Suppressed { get; } = [];

    /// <summary>Topics that are held, and why: of their events nothing may be done.</summary>
    internal Dictionary<string, string> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets the events of topics that are held; they come again.</summary>
    internal void LeaveOutHeld()
    {
        if (Held.Count > 0)
        {
            Masked.RemoveAll(group => Held.ContainsKey(group.Rows.Dataset.Topic));
            Refused.RemoveAll(refused => Held.ContainsKey(refused.Source.Topic));
            Suppressed.RemoveAll(suppressed => Held.ContainsKey(suppressed.Source.Topic));
        }
    }

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
