using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
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
        var groups = new Groups();
        try
        {
            foreach (var source in events)
            {
                if (!TryAdd(source, groups))
                {
                    await AddAsync(source, groups, result, cancellationToken);
                }
            }

            await suppressions.RefreshAsync(cancellationToken);
            var erased = new ErasedPeople(suppressions);
            foreach (var group in groups.All)
            {
                LeaveOutSuppressed(group, erased, result);
            }

            await erased.RenewAsync(cancellationToken);
            await identifiers.ResolveAsync(
                [.. groups.All.SelectMany(group => group.Batch.Identifiers)],
                cancellationToken
            );
            foreach (var group in groups.All)
            {
                group.Batch.MaskValues();
                Write(group, result);
            }
        }
        finally
        {
            foreach (var group in groups.All)
            {
                group.Plan.Return(group.Batch);
            }
        }

        return result;
    }

    /// <summary>Adds an event of the topic and schema of the one before it: most are, and need not wait for anything.</summary>
    private bool TryAdd(SourceEvent source, Groups groups)
    {
        if (
            EventChecks.Front(source, options, out var schemaId, out var body) is not null
            || groups.Find(source.Topic, schemaId) is not { } group
        )
        {
            return false;
        }

        group.Batch.Add(body);
        group.Events.Add((source, schemaId));
        return true;
    }

    private async ValueTask AddAsync(
        SourceEvent source,
        Groups groups,
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

        var group = groups.Of(source.Topic, schemaId, plan);
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

            erased.Begin(group.Events[record].Source, group.Plan.Dataset.StartsAnew);
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

    private static void Write(Group group, MaskedEvents result)
    {
        var rows = new SegmentedList<MaskedRow>();
        var sources = new SegmentedList<SourceEvent>();
        using var bodies = new RowBodies(group.Plan, group.Batch);
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

            try
            {
                rows.Add(
                    new MaskedRow(source.Partition, source.Offset, source.Time, group.Plan.Rows, bodies.Write(record))
                );
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever one event does, the others go on.
                var thrown = RecordFault.Of(exception);
                Refuse(source, schemaId, thrown.Code, thrown.Reason, result);
                continue;
            }

            sources.Add(source);
        }

        if (rows.Count > 0)
        {
            result.Masked.Add(new MaskedGroup(new MaskedRows(group.Plan.Dataset, group.Plan.Schema, rows), sources));
        }
    }

    private static void Refuse(SourceEvent source, int? schemaId, string code, string reason, MaskedEvents result) =>
        result.Refused.Add(new RefusedEvent(source, schemaId, code, reason));

    private sealed record Group(MaskingPlan Plan, AvroBatch Batch)
    {
        public SegmentedList<(SourceEvent Source, int SchemaId)> Events { get; } = new();
    }

    /// <summary>Events by their plan. Most of a batch are of one topic and one schema.</summary>
    private sealed class Groups
    {
        private readonly Dictionary<MaskingPlan, Group> _groups = new(ReferenceEqualityComparer.Instance);
        private (string? Topic, int SchemaId, Group? Group) _last;

        public IReadOnlyCollection<Group> All => _groups.Values;

        public Group? Find(string topic, int schemaId) =>
            _last.SchemaId == schemaId && string.Equals(_last.Topic, topic, StringComparison.Ordinal)
                ? _last.Group
                : null;

        public Group Of(string topic, int schemaId, MaskingPlan plan)
        {
            if (!_groups.TryGetValue(plan, out var group))
            {
                _groups[plan] = group = new Group(plan, plan.Rent());
            }

            _last = (topic, schemaId, group);
            return group;
        }
    }

    /// <summary>Writes the bodies of rows: as masked Avro where a row is single values, else as JSON.</summary>
    private sealed class RowBodies(MaskingPlan plan, AvroBatch batch) : IDisposable
    {
        private readonly SegmentedBytes _bytes = new();
        private readonly ByteBuffer _text = new();
        private Utf8JsonWriter? _json;

        public ReadOnlyMemory<byte> Write(int record)
        {
            if (plan.Rows is { } layout)
            {
                _bytes.Drop();
                batch.WriteAvro(record, _bytes);
                layout.Check(_bytes.Written);
                return _bytes.Take();
            }

            _json ??= new Utf8JsonWriter(_text);
            _text.Clear();
            _json.Reset();
            batch.WriteJson(record, _json);
            _json.Flush();
            return _text.Written.ToArray();
        }

        public void Dispose()
        {
            _json?.Dispose();
            _bytes.Dispose();
        }
    }
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
