using System.Runtime.CompilerServices;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>
/// The values of one column in a batch of records: plain ones go in, a masker writes the masked ones beside them, all together. Nulls are not in it.
/// Reused from batch to batch; not for concurrent use.
/// </summary>
/// <remarks>
/// A masker writes to <see cref="MaskedBytes"/> and ends each value, in the order of the values, by <see cref="EndMasked"/>; a
/// value that it cannot mask it ends by <see cref="Refuse"/>.
/// </remarks>
public sealed class ValueColumn
{
    private readonly ByteBuffer _plain = new();
    private readonly ByteBuffer _masked = new();
    private readonly List<ValueFault> _faults = [];
    private int[] _plainEnds = [];
    private int[] _maskedEnds = [];
    private int[] _records = [];
    private int _maskedCount;

    /// <summary>How many values there are.</summary>
    public int Count { get; private set; }

    /// <summary>The values that could not be masked, in order.</summary>
    public IReadOnlyList<ValueFault> Faults => _faults;

    /// <summary>Where a masker writes masked values, one after another.</summary>
    public ByteBuffer MaskedBytes => _masked;

    /// <summary>Where a value's plain text is written before <see cref="EndPlain"/>.</summary>
    internal ByteBuffer PlainBytes => _plain;

    /// <summary>The subject key of each value; filled before masking where the masker needs it.</summary>
    internal SubjectKey?[] SubjectKeys { get; private set; } = [];

    /// <summary>The other values of each value's record; there where the masker reads them.</summary>
    internal KnownValues? Known { get; set; }

    /// <summary>Adds a value.</summary>
    /// <param name="plain">Its UTF-8 text form.</param>
    /// <param name="record">Number of its record in the batch.</param>
    public void Add(ReadOnlySpan<byte> plain, int record = 0)
    {
        _plain.Write(plain);
        EndPlain(record);
    }

    /// <summary>A value as it came.</summary>
    public ReadOnlySpan<byte> Plain(int index) => Slice(_plain, _plainEnds, Checked(index, Count));

    /// <summary>A masked value. Empty where it was refused.</summary>
    public ReadOnlySpan<byte> Masked(int index) => Slice(_masked, _maskedEnds, Checked(index, _maskedCount));

    /// <summary>What a masker may know of a value beside its text.</summary>
    public ValueContext Context(int index) =>
        new(
            index < SubjectKeys.Length ? SubjectKeys[index] : null,
            Known is { } known ? known.Of(_records[index]) : []
        );

    /// <summary>Ends a masked value, the next in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndMasked() => _maskedEnds[_maskedCount++] = _masked.Length;

    /// <summary>Ends the next value as one that cannot be masked; what was written of it is forgotten.</summary>
    /// <param name="code">One of the codes of <see cref="Avro.EventFaults"/>.</param>
    /// <param name="reason">What to look at; never a value.</param>
    public void Refuse(string code, string reason)
    {
        _masked.Truncate(_maskedCount == 0 ? 0 : _maskedEnds[_maskedCount - 1]);
        _faults.Add(new ValueFault(_maskedCount, code, reason));
        EndMasked();
    }

    /// <summary>Masks the next value in order, alone.</summary>
    internal void MaskOne(IValueMasker masker, int index)
    {
        try
        {
            masker.Mask(Plain(index), Context(index), _masked);
            EndMasked();
        }
        catch (UnmaskableValueException exception)
        {
            Refuse(exception.Code, exception.Message);
        }
    }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        Array.Clear(SubjectKeys, 0, Math.Min(Count, SubjectKeys.Length));
        _plain.Clear();
        Count = 0;
        ForgetMasked();
    }

    /// <summary>Forgets the masked values, so that the column can be masked again.</summary>
    internal void ForgetMasked()
    {
        _masked.Clear();
        _maskedCount = 0;
        _faults.Clear();
    }

    /// <summary>Ends a value whose text was written to <see cref="PlainBytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EndPlain(int record)
    {
        if (Count == _plainEnds.Length)
        {
            Grow();
        }

        _plainEnds[Count] = _plain.Length;
        _records[Count] = record;
        Count++;
    }

    /// <summary>Number of a value's record in the batch.</summary>
    internal int RecordOf(int index) => _records[index];

    /// <summary>Forgets all values but the first, and what was written of an unfinished one.</summary>
    internal void Truncate(int count)
    {
        Count = count;
        _plain.Truncate(count == 0 ? 0 : _plainEnds[count - 1]);
    }

    /// <summary>Makes room for every value's subject key.</summary>
    internal void ExpectSubjectKeys()
    {
        if (SubjectKeys.Length < Count)
        {
            SubjectKeys = new SubjectKey?[_plainEnds.Length];
        }
    }

    private void Grow()
    {
        var length = Math.Max(256, Count * 2);
        Array.Resize(ref _plainEnds, length);
        Array.Resize(ref _maskedEnds, length);
        Array.Resize(ref _records, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Slice(ByteBuffer bytes, int[] ends, int index)
    {
        var start = index == 0 ? 0 : ends[index - 1];
        return bytes.Written[start..ends[index]];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Checked(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        return index;
    }
}

/// <summary>A value that could not be masked.</summary>
/// <param name="Index">Its place in the column.</param>
/// <param name="Code">One of the codes of <see cref="Avro.EventFaults"/>, or a method's own.</param>
/// <param name="Reason">What to look at; never a value.</param>
public readonly record struct ValueFault(int Index, string Code, string Reason);
