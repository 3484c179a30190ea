using System.Buffers;

namespace Governance.Masking.Columns;

/// <summary>
/// Many small pieces of bytes: they stand in segments, so that a piece costs no object of its own. Pieces live as long as somebody holds one, and
/// nothing is reused, so that none can become another's; unless segments are rented, which are given back with <see cref="Dispose"/>.
/// </summary>
/// <param name="rents">Whether segments are rented: only where all pieces are known to be done with.</param>
internal sealed class SegmentedBytes(bool rents = false) : IBufferWriter<byte>, IDisposable
{
    // Below the size at which an array is a large object.
    private const int SegmentLength = 64 * 1_024;

    private readonly List<byte[]> _rented = [];
    private byte[] _segment = [];
    private int _start;
    private int _end;

    /// <summary>What was written since the last piece was taken.</summary>
    public ReadOnlySpan<byte> Written => _segment.AsSpan(_start.._end);

    /// <summary>Ends a piece.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var piece = _segment.AsMemory(_start.._end);
        _start = _end;
        return piece;
    }

    /// <summary>Forgets what was written since the last piece was taken.</summary>
    public void Drop() => _end = _start;

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _segment.Length - _end);
        _end += count;
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_segment.Length - _end < Math.Max(sizeHint, 1))
        {
            // A piece lies in one segment: what there is of it moves along.
            var begun = _end - _start;
            var next = Segment(Math.Max(SegmentLength, begun + Math.Max(sizeHint, 1)));
            Written.CopyTo(next);
            (_segment, _start, _end) = (next, 0, begun);
        }

        return _segment.AsMemory(_end);
    }

    /// <summary>Gives rented segments back: whoever holds a piece yet has nothing.</summary>
    public void Dispose()
    {
        foreach (var segment in _rented)
        {
            ArrayPool<byte>.Shared.Return(segment);
        }

        _rented.Clear();
        (_segment, _start, _end) = ([], 0, 0);
    }

    private byte[] Segment(int length)
    {
        if (!rents)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        var segment = ArrayPool<byte>.Shared.Rent(length);
        _rented.Add(segment);
        return segment;
    }
}
