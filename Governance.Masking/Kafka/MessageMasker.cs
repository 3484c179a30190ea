using System.Buffers;
using System.Buffers.Binary;
using Confluent.Kafka;
using Governance.Masking.Avro;
using Governance.Masking.Avro.Internal;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>
/// Masks a batch of events for masked topics: value, key and classified headers, with one question to the vault for all. What is left of an
/// event has its derived schema's id in front. No event stops another.
/// </summary>
public sealed class MessageMasker
{
    private readonly PlanCache _plans;
    private readonly Identifiers _identifiers;
    private readonly ISuppressionList _suppressions;
    private readonly MaskedSubjects _subjects;
    private readonly InterceptorOptions _options;

    /// <summary>Makes one.</summary>
    /// <param name="plans">Plans by topic and schema.</param>
    /// <param name="identifiers">The way to the vault.</param>
    /// <param name="suppressions">Erased people.</param>
    /// <param name="subjects">Registers masked schemas.</param>
    /// <param name="options">Limits.</param>
    public MessageMasker(
        PlanCache plans,
        Identifiers identifiers,
        ISuppressionList suppressions,
        MaskedSubjects subjects,
        InterceptorOptions options
    )
    {
        _plans = plans;
        _identifiers = identifiers;
        _suppressions = suppressions;
        _subjects = subjects;
        _options = options;
    }

    /// <summary>Masks.</summary>
    /// <exception cref="SchemaRegistryException">The registry is away; nothing was masked, try again.</exception>
    public async ValueTask<MaskedMessages> MaskAsync(
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        var pass = new Pass(this, events);
        try
        {
            for (var index = 0; index < events.Count; index++)
            {
                if (!pass.TryAdd(index))
                {
                    await pass.AddAsync(index, cancellationToken);
                }
            }

            await _suppressions.RefreshAsync(cancellationToken);
            await pass.LeaveOut().RenewAsync(cancellationToken);
            await _identifiers.ResolveAsync(
                [.. pass.Groups.SelectMany(group => group.Batch.Identifiers)],
                cancellationToken
            );
            foreach (var group in pass.Groups)
            {
                group.Batch.MaskValues();
                await pass.RegisterAsync(group, cancellationToken);
            }

            pass.Write();
        }
        finally
        {
            pass.GiveBack();
            foreach (var group in pass.Groups)
            {
                group.Plan.Return(group.Batch);
            }
        }

        return pass.Result;
    }

    /// <summary>Parts of one plan; <see cref="Schema"/> is registered under <see cref="Subject"/>, or is absent for text.</summary>
    private sealed record Group(MaskingPlan Plan, AvroBatch Batch, Dataset Dataset, string Subject, string? Schema)
    {
        public int SchemaId { get; set; }
    }

    private readonly record struct Part(Group? Group, int Record);

    private readonly record struct HeaderPart(int Index, Part Part, bool IsDropped);

    /// <summary>What is known of an event on its way. Without a dataset it is done with already.</summary>
    private struct Entry
    {
        public Dataset? Dataset;
        public int? SchemaId;
        public Part Value;
        public Part Key;
        public List<HeaderPart>? Headers;
    }

    private sealed class Pass(MessageMasker owner, IReadOnlyList<SourceEvent> events)
    {
        // Rented: an array for each batch would be a large object each time. Nobody else rents such arrays, and they are given back empty.
        private readonly Entry[] _rented = ArrayPool<Entry>.Shared.Rent(events.Count);
        private readonly Dictionary<MaskingPlan, Group> _groups = new(ReferenceEqualityComparer.Instance);
        private readonly ByteBuffer _text = new();
        private readonly List<Entry> _dropped = [];

        // Most events of a batch are of one topic and one schema.
        private (string? Topic, int SchemaId, Dataset? Dataset, Group? Group) _last;

        public IReadOnlyCollection<Group> Groups => _groups.Values;

        public MaskedMessages Result { get; } = new();

        public void GiveBack() => ArrayPool<Entry>.Shared.Return(_rented, clearArray: true);

        /// <summary>Adds an event as the one before it was, whose value alone is masked: most are, and need not wait for anything.</summary>
        public bool TryAdd(int index)
        {
            var source = events[index];
            if (
                _last is not { Group: { } group, Dataset: { } dataset }
                || EventChecks.Front(source, owner._options, out var schemaId, out var body) is not null
                || schemaId != _last.SchemaId
                || !string.Equals(source.Topic, _last.Topic, StringComparison.Ordinal)
                || (source.Key is not null && dataset.Delivery.Key is not { Column: null })
                || (source.Headers is { Count: > 0 } && !dataset.Delivery.Headers.IsEmpty)
            )
            {
                return false;
            }

            ref var entry = ref _rented[index];
            entry.Dataset = dataset;
            entry.SchemaId = schemaId;
            entry.Value = Add(group, body);
            return true;
        }

        public async ValueTask AddAsync(int index, CancellationToken cancellationToken)
        {
            var source = events[index];
            var entry = new Entry();
            if (source.Value.IsEmpty)
            {
                entry.Dataset = owner._plans.DatasetOf(source.Topic);
            }
            else if (EventChecks.Front(source, owner._options, out var schemaId, out var body) is { } fault)
            {
                Refuse(source, null, fault.Code, fault.Reason);
                return;
            }
            else
            {
                if (_last.Group is null || _last.SchemaId != schemaId || _last.Topic != source.Topic)
                {
                    var lookup = await owner._plans.GetAsync(source.Topic, schemaId, cancellationToken);
                    if (lookup.Plan is not { } plan)
                    {
                        Refuse(source, schemaId, lookup.Code!, lookup.Reason);
                        return;
                    }

                    _last = (
                        source.Topic,
                        schemaId,
                        plan.Dataset,
                        GroupOf(plan, plan.Dataset, "value", plan.MaskedAvroSchema)
                    );
                }

                entry.Dataset = _last.Dataset;
                entry.SchemaId = schemaId;
                entry.Value = Add(_last.Group!, body);
            }

            if (entry.Dataset is not { } dataset)
            {
                Refuse(source, null, EventFaults.NoContract, "");
                return;
            }

            if (source.Key is { } key)
            {
                if (dataset.Delivery.Key is not { } rule)
                {
                    Refuse(
                        source,
                        entry.SchemaId,
                        EventFaults.UnclassifiedKey,
                        $"the contract {dataset.ContractId} says nothing of the keys of {dataset.Topic}: state 'key' in the delivery of {dataset.Name}"
                    );
                    _dropped.Add(entry);
                    return;
                }

                if (rule.Column is { } column)
                {
                    entry.Key = await AddPartAsync(source, entry, "key", column, key, cancellationToken);
                    if (entry.Key.Group is null)
                    {
                        return;
                    }
                }
            }

            if (source.Headers is { Count: > 0 } headers && !dataset.Delivery.Headers.IsEmpty)
            {
                for (var header = 0; header < headers.Count; header++)
                {
                    if (Rule(dataset, headers[header].Name) is not { } classified)
                    {
                        continue;
                    }

                    entry.Headers ??= [];
                    if (classified.Column is not { } column)
                    {
                        entry.Headers.Add(new HeaderPart(header, default, IsDropped: true));
                    }
                    else if (headers[header].Value is { } value)
                    {
                        var part = await AddPartAsync(
                            source,
                            entry,
                            $"header {classified.Name}",
                            column,
                            value,
                            cancellationToken
                        );
                        if (part.Group is null)
                        {
                            return;
                        }

                        entry.Headers.Add(new HeaderPart(header, part, IsDropped: false));
                    }
                }
            }

            _rented[index] = entry;
        }

        /// <summary>Tells which events have a fault or are about erased people, so that none of their identifiers reaches the vault.</summary>
        /// <returns>Who begins anew.</returns>
        public ErasedPeople LeaveOut()
        {
            foreach (var group in _groups.Values)
            {
                group.Batch.Index(owner._identifiers);
            }

            foreach (var entry in _dropped)
            {
                Drop(entry);
            }

            var erased = new ErasedPeople(owner._suppressions);
            for (var index = 0; index < events.Count; index++)
            {
                ref var entry = ref _rented[index];
                if (entry.Dataset is not { } dataset)
                {
                    continue;
                }

                var source = events[index];
                if (FaultOf(ref entry) is { } fault)
                {
                    Refuse(source, entry.SchemaId, fault.Code, fault.Reason);
                    Drop(entry);
                    entry = default;
                    continue;
                }

                erased.Begin(source, dataset.StartsAnew);
                Look(erased, ref entry);
                if (erased.End() is var finding and not ErasedFinding.Passes)
                {
                    Result.Suppressed.Add(new SuppressedEvent(source, finding == ErasedFinding.SuppressedNewer));
                    Drop(entry);
                    entry = default;
                }
            }

            return erased;
        }

        /// <summary>Asks for the id of a masked schema. A registry that refuses it holds the topic.</summary>
        public async ValueTask RegisterAsync(Group group, CancellationToken cancellationToken)
        {
            if (group.Schema is not { } schema)
            {
                return;
            }

            try
            {
                group.SchemaId = await owner._subjects.IdAsync(group.Subject, schema, cancellationToken);
            }
            catch (SchemaRegistryException exception) when (!exception.IsTransient)
            {
                Result.Held[group.Dataset.Topic] = (
                    StreamHalts.MaskedSchemaRefused,
                    $"subject {group.Subject}: {exception.Message}"
                );
            }
        }

        public void Write()
        {
            for (var index = 0; index < events.Count; index++)
            {
                ref var entry = ref _rented[index];
                if (entry.Dataset is not { } dataset)
                {
                    continue;
                }

                var source = events[index];
                if (FaultOf(ref entry) is { } fault)
                {
                    Refuse(source, entry.SchemaId, fault.Code, fault.Reason);
                    continue;
                }

                try
                {
                    Write(source, dataset, ref entry);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // Whatever one event does, the others go on.
                    var thrown = RecordFault.Of(exception);
                    Refuse(source, entry.SchemaId, thrown.Code, thrown.Reason);
                }
            }

            Result.LeaveOutHeld();
        }

        private void Write(SourceEvent source, Dataset dataset, ref Entry entry)
        {
            // Said in so many words: null would become empty memory by a conversion that nobody sees.
            var value = entry.Value.Group is null ? (ReadOnlyMemory<byte>?)null : Bytes(entry.Value);
            var key = entry.Key.Group is null ? source.Key : Bytes(entry.Key);
            var headers = source.Headers is { Count: > 0 } ? Headers(source.Headers, entry.Headers) : null;
            var size = (value?.Length ?? 0) + (key?.Length ?? 0) + Size(headers);
            if (size > owner._options.MaximumMaskedBytes)
            {
                Refuse(
                    source,
                    entry.SchemaId,
                    EventFaults.TooLarge,
                    "its masked form is larger than the masked topic takes"
                );
                return;
            }

            Result.Add(new MaskedMessage(source, dataset, key, value, headers));
        }

        private ReadOnlyMemory<byte> Bytes(in Part part)
        {
            var bytes = Result.Bytes;
            bytes.Drop();
            if (part.Group!.Schema is null)
            {
                part.Group.Batch.WriteAvro(part.Record, bytes);
                var text = bytes.Take();
                return text[^Varint.SkipLength(text.Span).Length..];
            }

            var header = bytes.GetSpan(WireFormat.HeaderSize);
            header[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(header[1..], part.Group.SchemaId);
            bytes.Advance(WireFormat.HeaderSize);
            part.Group.Batch.WriteAvro(part.Record, bytes);
            return bytes.Take();
        }

        private Headers Headers(IReadOnlyList<SourceHeader> plain, List<HeaderPart>? classified)
        {
            var headers = new Headers();
            for (var index = 0; index < plain.Count; index++)
            {
                var at = classified?.FindIndex(part => part.Index == index) ?? -1;
                if (at < 0)
                {
                    headers.Add(plain[index].Name, plain[index].Value?.ToArray());
                }
                else if (!classified![at].IsDropped)
                {
                    headers.Add(plain[index].Name, Bytes(classified[at].Part).ToArray());
                }
            }

            return headers;
        }

        private static int Size(Headers? headers) =>
            headers is null ? 0 : headers.Sum(header => header.Key.Length + (header.GetValueBytes()?.Length ?? 0));

        private async ValueTask<Part> AddPartAsync(
            SourceEvent source,
            Entry entry,
            string what,
            Column column,
            ReadOnlyMemory<byte> bytes,
            CancellationToken cancellationToken
        )
        {
            var dataset = entry.Dataset!;
            int? schemaId = null;
            ReadOnlyMemory<byte> body;
            if (what == "key" && WireFormat.TryParse(bytes, out var id, out var avro))
            {
                (schemaId, body) = (id, avro);
            }
            else if (System.Text.Unicode.Utf8.IsValid(bytes.Span))
            {
                body = AsAvroString(bytes);
            }
            else
            {
                Refuse(
                    source,
                    entry.SchemaId,
                    EventFaults.MalformedKey,
                    $"the {what} is neither UTF-8 text{(what == "key" ? " nor Avro in the wire format" : "")}"
                );
                _dropped.Add(entry);
                return default;
            }

            var lookup = await owner._plans.GetPartAsync(dataset, what, column, schemaId, cancellationToken);
            if (lookup.Plan is not { } part)
            {
                Refuse(source, entry.SchemaId, lookup.Code!, $"{what}: {lookup.Reason}");
                _dropped.Add(entry);
                return default;
            }

            return Add(GroupOf(part.Plan, dataset, "key", part.Schema), body);
        }

        private Group GroupOf(MaskingPlan plan, Dataset dataset, string component, string? schema)
        {
            if (!_groups.TryGetValue(plan, out var group))
            {
                group = new Group(plan, plan.Rent(), dataset, $"{dataset.MaskedTopic}-{component}", schema);
                _groups[plan] = group;
            }

            return group;
        }

        private static Part Add(Group group, ReadOnlyMemory<byte> body)
        {
            group.Batch.Add(body);
            return new Part(group, group.Batch.Count - 1);
        }

        // The batch holds on to what it is given until it is cleared.
        private ReadOnlyMemory<byte> AsAvroString(ReadOnlyMemory<byte> text)
        {
            _text.Clear();
            _text.Advance(Varint.Write(text.Length, _text.GetSpan(Varint.MaxLength)));
            _text.Write(text.Span);
            return _text.Written.ToArray();
        }

        private static ClassifiedHeader? Rule(Dataset dataset, string name)
        {
            foreach (var header in dataset.Delivery.Headers)
            {
                if (string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return header;
                }
            }

            return null;
        }

        private static RecordFault? FaultOf(ref Entry entry)
        {
            var fault = FaultOf(entry.Value) ?? FaultOf(entry.Key);
            for (var i = 0; fault is null && i < (entry.Headers?.Count ?? 0); i++)
            {
                fault = FaultOf(entry.Headers![i].Part);
            }

            return fault;
        }

        private static RecordFault? FaultOf(in Part part) => part.Group?.Batch.FaultOf(part.Record);

        private static void Look(ErasedPeople erased, ref Entry entry)
        {
            if (Settles(erased, entry.Value) || Settles(erased, entry.Key) || entry.Headers is not { } headers)
            {
                return;
            }

            foreach (var header in headers)
            {
                if (Settles(erased, header.Part))
                {
                    return;
                }
            }
        }

        private static bool Settles(ErasedPeople erased, in Part part) =>
            part.Group is { } group && erased.Settles(group.Batch, part.Record);

        // What was added of an event that is not passed on must not get rows in the vault.
        private static void Drop(Entry entry)
        {
            Drop(entry.Value);
            Drop(entry.Key);
            if (entry.Headers is { } headers)
            {
                headers.ForEach(header => Drop(header.Part));
            }
        }

        private static void Drop(in Part part) => part.Group?.Batch.Exclude(part.Record);

        private void Refuse(SourceEvent source, int? schemaId, string code, string reason) =>
            Result.Refused.Add(new RefusedEvent(source, schemaId, code, reason));
    }
}
