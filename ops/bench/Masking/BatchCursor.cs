namespace Governance.Bench.Masking;

/// <summary>Goes through records by the batch, round and round.</summary>
internal sealed class BatchCursor(EnergyRecords records)
{
    /// <summary>Records of a batch: about what a consumer's poll gives.</summary>
    public const int Length = 512;

    private int _next;

    /// <summary>How many batches there are.</summary>
    public int Lap => records.Count / Length;

    /// <summary>All batches.</summary>
    public IEnumerable<Range> All => Enumerable.Range(0, Lap).Select(At);

    /// <summary>The next batch: its first record.</summary>
    public int Next()
    {
        var first = _next * Length;
        _next = (_next + 1) % Lap;
        return first;
    }

    private static Range At(int batch) => (batch * Length)..((batch + 1) * Length);
}
