namespace Governance.Masking.Columns;

/// <summary>The names and identifiers of each record of a batch, for maskers of free text that must not let them through.</summary>
internal sealed class KnownValues
{
    private KnownValue[] _values = [];
    private int[] _ends = [];
    private int _count;
    private int _records;

    /// <summary>Notes a value of the current record.</summary>
    public void Add(KnownValue value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, Math.Max(64, _count * 2));
        }

        _values[_count++] = value;
    }

    /// <summary>Ends the current record.</summary>
    public void EndRecord()
    {
        if (_records == _ends.Length)
        {
            Array.Resize(ref _ends, Math.Max(64, _records * 2));
        }

        _ends[_records++] = _count;
    }

    /// <summary>Forgets what was noted of a record that is not ended.</summary>
    public void Rollback() => _count = _records == 0 ? 0 : _ends[_records - 1];

    /// <summary>The values of a record.</summary>
    public ReadOnlySpan<KnownValue> Of(int record)
    {
        var start = record == 0 ? 0 : _ends[record - 1];
        return _values.AsSpan(start, _ends[record] - start);
    }

    public void Clear()
    {
        _count = 0;
        _records = 0;
    }
}
