using Governance.Masking.Avro;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Masking.Columns;

/// <summary>
/// Records on their way through a masking plan: they are added, what is to be masked is gathered column by column, the vault is asked once
/// for all their identifiers, each column is masked as a whole, and each record is written again. A record that
/// cannot be masked has a fault and stops no other. Reused after <see cref="Clear"/>; not for concurrent use.
/// </summary>
public abstract class RecordBatch
{
    private readonly BatchLayout _layout;
    private readonly ValueColumn[] _columns;
    private readonly IdentifierColumn?[] _identifiersOf;
    private readonly IdentifierColumn[] _identifiers;
    private readonly (int Number, IdentifierUse Use, IdentifierColumn Column)[] _uses;
    private readonly KnownValues? _known;
    private readonly Dictionary<int, RecordFault> _faults = [];
    private readonly HashSet<int> _excluded = [];

    // For each record, where each column stood when it began; one entry more for the record that comes next.
    private int[] _starts = [];

    // For each record and slot: column and place of the identifier that values are sealed under.
    private SlotEntry[] _slots = [];
    private bool _indexed;

    private protected RecordBatch(BatchLayout layout)
    {
        _layout = layout;
        var treatments = layout.Treatments;
        _columns = new ValueColumn[treatments.Length];
        _identifiersOf = new IdentifierColumn?[treatments.Length];
        var sealing = layout.Sealing.Select(treatment => treatment.SubjectSlot).ToHashSet();
        for (var number = 0; number < treatments.Length; number++)
        {
            _columns[number] = new ValueColumn();
            if (treatments[number].Identifier is { } use)
            {
                _identifiersOf[number] = new IdentifierColumn(
                    use.Domain,
                    _columns[number],
                    needsSubjectKeys: sealing.Contains(use.Slot)
                );
            }
        }

        _identifiers = [.. _identifiersOf.OfType<IdentifierColumn>()];
        _uses =
        [
            .. _identifiersOf
                .Index()
                .Where(one => one.Item is not null)
                .Select(one => (one.Index, treatments[one.Index].Identifier!, one.Item!)),
        ];
        _known = layout.ReadsRecords ? new KnownValues() : null;
    }

    /// <summary>How many records were added, those with a fault included.</summary>
    public int Count { get; private set; }

    /// <summary>How many records have a fault.</summary>
    public int FaultCount => _faults.Count;

    /// <summary>The columns of identifiers, for one question to the vault for several batches.</summary>
    internal IReadOnlyList<IdentifierColumn> Identifiers => _identifiers;

    /// <summary>Why a record is not masked; <see langword="null"/> where it is.</summary>
    public RecordFault? FaultOf(int record) => _faults.Count == 0 ? null : _faults.GetValueOrDefault(record);

    /// <summary>Whether a record was left out by <see cref="Exclude"/>.</summary>
    public bool IsExcluded(int record) => _excluded.Count > 0 && _excluded.Contains(record);

    /// <summary>
    /// Makes known what each identifier is known by, so that records can be left out before the vault is asked. Optional: masking does it where it was
    /// not done.
    /// </summary>
    public void Index(Identifiers identifiers)
    {
        for (var number = 0; number < _columns.Length; number++)
        {
            if (_identifiersOf[number] is not { } column)
            {
                continue;
            }

            identifiers.Index(column);
            for (var index = 0; index < column.Count; index++)
            {
                if (!column.IsIdentifier(index))
                {
                    Refuse(
                        column.Values.RecordOf(index),
                        EventFaults.InvalidIdentifier,
                        $"{_layout.Treatments[number].Path} holds no identifier of domain {column.Domain}"
                    );
                }
            }
        }

        _indexed = true;
        foreach (var record in _faults.Keys)
        {
            ExcludeIdentifiers(record);
        }
    }

    /// <summary>Whether a record has an identifier that a condition holds of; after <see cref="Index"/>.</summary>
    internal bool HasIdentifier(int record, Func<IdentifierUse, IdentifierKey, bool> condition)
    {
        foreach (var (number, use, column) in _uses)
        {
            var (start, end) = RangeOf(record, number);
            for (var index = start; index < end; index++)
            {
                if (column.IsIdentifier(index) && condition(use, column.KeyOf(index)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Leaves a record out: its identifiers get no rows in the vault, and it must not be written. After <see cref="Index"/>.</summary>
    public void Exclude(int record)
    {
        _ = _excluded.Add(record);
        ExcludeIdentifiers(record);
    }

    /// <summary>Leaves out a record that is about an erased person; it has a fault then. After <see cref="Index"/>.</summary>
    internal void Suppress(int record)
    {
        Refuse(record, EventFaults.Suppressed, "the record is about a person who was erased");
        ExcludeIdentifiers(record);
    }

    /// <summary>Masks all values. Done at once where all identifiers are in memory.</summary>
    /// <param name="identifiers">The way to the vault; asked once.</param>
    /// <param name="cancellationToken">Stops before anything is stored.</param>
    /// <exception cref="VaultException">The vault's rows do not belong to the keys in use.</exception>
    public ValueTask MaskAsync(Identifiers identifiers, CancellationToken cancellationToken = default)
    {
        if (!_indexed)
        {
            Index(identifiers);
        }

        if (_identifiers.Length == 0)
        {
            MaskValues();
            return ValueTask.CompletedTask;
        }

        var resolving = identifiers.ResolveAsync(_identifiers, cancellationToken);
        if (!resolving.IsCompletedSuccessfully)
        {
            return MaskAfterAsync(resolving);
        }

        resolving.GetAwaiter().GetResult();
        MaskValues();
        return ValueTask.CompletedTask;
    }

    /// <summary>Masks all values; their identifiers are resolved.</summary>
    internal void MaskValues()
    {
        foreach (var treatment in _layout.Treatments)
        {
            var column = _columns[treatment.Number];
            column.ForgetMasked();
            if (treatment.IsSurrogate)
            {
                WriteSurrogates(column, _identifiersOf[treatment.Number]!);
                continue;
            }

            if (treatment.Masker is not { } masker)
            {
                continue;
            }

            if (treatment.SubjectSlot >= 0)
            {
                AssignSubjectKeys(column, treatment.SubjectSlot);
            }

            column.Known = masker.ReadsRecord ? _known : null;
            masker.Mask(column);
            foreach (var fault in column.Faults)
            {
                Refuse(column.RecordOf(fault.Index), fault.Code, fault.Reason);
            }
        }
    }

    /// <summary>Forgets all records; the room that they took is kept.</summary>
    public virtual void Clear()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }

        foreach (var column in _identifiers)
        {
            column.Clear();
        }

        _known?.Clear();
        _faults.Clear();
        _excluded.Clear();
        _indexed = false;
        Count = 0;
    }

    /// <summary>A column.</summary>
    internal ValueColumn Column(int number) => _columns[number];

    /// <summary>Which of a column's values are a record's.</summary>
    internal (int Start, int End) RangeOf(int record, int number)
    {
        var width = _columns.Length;
        return (_starts[(record * width) + number], _starts[((record + 1) * width) + number]);
    }

    /// <summary>Begins a record.</summary>
    private protected void BeginRecord()
    {
        var width = _columns.Length;
        if (_starts.Length < (Count + 2) * width)
        {
            Array.Resize(ref _starts, Math.Max(256, (Count + 2) * width * 2));
        }

        var slots = _layout.SlotCount;
        if (_slots.Length < (Count + 1) * slots)
        {
            Array.Resize(ref _slots, Math.Max(256, (Count + 1) * slots * 2));
        }

        _slots.AsSpan(Count * slots, slots).Fill(SlotEntry.None);
        if (Count == 0)
        {
            _starts.AsSpan(0, width).Clear();
        }
    }

    /// <summary>Ends a value of the current record, whose text was written to its column.</summary>
    /// <returns>Its place in the column.</returns>
    internal int EndValue(ColumnTreatment treatment)
    {
        var column = _columns[treatment.Number];
        var index = column.Count;
        column.EndPlain(Count);
        if (treatment.Identifier is { Slot: >= 0 and var slot })
        {
            _slots[(Count * _layout.SlotCount) + slot] = new SlotEntry(treatment.Number, index);
        }

        if (treatment.IsKnown)
        {
            _known?.Add(new KnownValue(column, index, treatment.Category));
        }

        return index;
    }

    /// <summary>Ends the current record.</summary>
    private protected void EndRecord()
    {
        var width = _columns.Length;
        for (var number = 0; number < width; number++)
        {
            _starts[((Count + 1) * width) + number] = _columns[number].Count;
        }

        foreach (var treatment in _layout.Sealing)
        {
            var (start, end) = RangeOf(Count, treatment.Number);
            if (end > start && _slots[(Count * _layout.SlotCount) + treatment.SubjectSlot].Column < 0)
            {
                RefuseRecord(
                    EventFaults.MissingSubject,
                    $"{treatment.Path} is to be sealed, but the record names no subject"
                );
                return;
            }
        }

        _known?.EndRecord();
        Count++;
    }

    /// <summary>Ends the current record as one that cannot be masked; what was gathered of it is forgotten.</summary>
    private protected void RefuseRecord(string code, string reason)
    {
        var width = _columns.Length;
        for (var number = 0; number < width; number++)
        {
            var start = _starts[(Count * width) + number];
            _columns[number].Truncate(start);
            _starts[((Count + 1) * width) + number] = start;
        }

        _known?.Rollback();
        _known?.EndRecord();
        _faults[Count] = new RecordFault(code, reason);
        Count++;
    }

    /// <summary>Refuses a record after it was added.</summary>
    private protected void Refuse(int record, string code, string reason) =>
        _ = _faults.TryAdd(record, new RecordFault(code, reason));

    /// <summary>A record must be masked before it is written.</summary>
    /// <exception cref="InvalidOperationException">It was refused or left out, or there is none of that number.</exception>
    private protected void ExpectMasked(int record)
    {
        if ((uint)record >= (uint)Count)
        {
            throw new InvalidOperationException("The batch has no record of that number.");
        }

        if (FaultOf(record) is { } fault)
        {
            throw new InvalidOperationException($"The record has a fault ({fault.Code}): it cannot be written.");
        }

        if (IsExcluded(record))
        {
            throw new InvalidOperationException("The record was left out: it cannot be written.");
        }
    }

    private async ValueTask MaskAfterAsync(ValueTask resolving)
    {
        await resolving;
        MaskValues();
    }

    private static void WriteSurrogates(ValueColumn column, IdentifierColumn identifiers)
    {
        var text = column.MaskedBytes;
        for (var index = 0; index < column.Count; index++)
        {
            _ = identifiers.SurrogateOf(index).TryFormat(text.GetSpan(36), out var written);
            text.Advance(written);
            column.EndMasked();
        }
    }

    private void AssignSubjectKeys(ValueColumn column, int slot)
    {
        column.ExpectSubjectKeys();
        for (var index = 0; index < column.Count; index++)
        {
            var entry = _slots[(column.RecordOf(index) * _layout.SlotCount) + slot];

            // A record that was refused or left out has no key; it is never written, but its column is masked as a whole.
            column.SubjectKeys[index] = _identifiersOf[entry.Column]!.SubjectKeyOf(entry.Index) ?? SubjectKey.Nobody;
        }
    }

    private void ExcludeIdentifiers(int record)
    {
        for (var number = 0; number < _columns.Length; number++)
        {
            if (_identifiersOf[number] is { } column)
            {
                var (start, end) = RangeOf(record, number);
                for (var index = start; index < end; index++)
                {
                    column.Exclude(index);
                }
            }
        }
    }

    private readonly record struct SlotEntry(int Column, int Index)
    {
        public static SlotEntry None { get; } = new(-1, -1);
    }
}
