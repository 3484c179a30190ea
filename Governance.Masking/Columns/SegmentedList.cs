using System.Collections;
using System.Runtime.CompilerServices;

namespace Governance.Masking.Columns;

/// <summary>
/// A list that grows by segments, none of which is a large object. A large array is collected late, and what it refers to is kept until then: one
/// for each batch, dead after it, would make every event of a stream outlive the young generation.
/// </summary>
/// <typeparam name="T">What it lists.</typeparam>
internal sealed class SegmentedList<T> : IReadOnlyList<T>
{
    private const int SegmentBytes = 32 * 1_024;

    // A power of two, so that the place of an item is a shift and a mask.
    private static readonly int s_shift = Math.Max(4, 31 - int.LeadingZeroCount(SegmentBytes / Unsafe.SizeOf<T>()));

    private readonly List<T[]> _segments = [];
    private T[] _last = [];
    private int _used;

    /// <inheritdoc />
    public int Count { get; private set; }

    /// <inheritdoc cref="IReadOnlyList{T}.this" />
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _segments[index >> s_shift][index & ((1 << s_shift) - 1)];
        }
    }

    /// <summary>Adds an item at the end.</summary>
    public void Add(in T item)
    {
        if (_used == _last.Length)
        {
            _last = new T[1 << s_shift];
            _segments.Add(_last);
            _used = 0;
        }

        _last[_used++] = item;
        Count++;
    }

    /// <summary>Forgets items.</summary>
    /// <param name="isGone">Tells them.</param>
    public void RemoveAll(Predicate<T> isGone)
    {
        var kept = this.Where(item => !isGone(item)).ToArray();
        _segments.Clear();
        (_last, _used, Count) = ([], 0, 0);
        foreach (var item in kept)
        {
            Add(item);
        }
    }

    /// <inheritdoc />
    public IEnumerator<T> GetEnumerator()
    {
        var left = Count;
        foreach (var segment in _segments)
        {
            for (var at = 0; at < segment.Length && left > 0; at++, left--)
            {
                yield return segment[at];
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
