namespace Governance.Masking.Methods.Scrubbing;

/// <summary>What was found in a text; overlapping finds become one. Reused; not for concurrent use.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _found = [];

    /// <summary>Notes a find in folded characters.</summary>
    /// <param name="start">Its first character.</param>
    /// <param name="end">After its last one.</param>
    /// <param name="mark">What it is.</param>
    public void Add(int start, int end, ScrubMark mark) => _found.Add(new Finding(start, end, end - start, mark));

    /// <summary>
    /// The finds in the text's order, none touching another's characters: where some overlapped, the whole of them under the longest one's mark.
    /// </summary>
    public ReadOnlySpan<Finding> Merge()
    {
        var found = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_found);
        if (found.Length < 2)
        {
            return found;
        }

        found.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        var last = 0;
        for (var index = 1; index < found.Length; index++)
        {
            var next = found[index];
            ref var before = ref found[last];
            if (next.Start >= before.End)
            {
                found[++last] = next;
                continue;
            }

            var isStronger =
                next.Longest > before.Longest || (next.Longest == before.Longest && next.Mark < before.Mark);
            before = new Finding(
                before.Start,
                Math.Max(before.End, next.End),
                Math.Max(before.Longest, next.Longest),
                isStronger ? next.Mark : before.Mark
            );
        }

        return found[..(last + 1)];
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _found.Clear();
}

/// <summary>A find, in folded characters.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">After its last one.</param>
/// <param name="Longest">Length of the find that gave it its mark.</param>
/// <param name="Mark">What it is.</param>
internal readonly record struct Finding(int Start, int End, int Longest, ScrubMark Mark);
