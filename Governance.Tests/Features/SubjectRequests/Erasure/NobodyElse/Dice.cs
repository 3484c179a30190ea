using CsCheck;

namespace Governance.Tests.Features.SubjectRequests.Erasure.NobodyElse;

/// <summary>The same numbers at every run.</summary>
internal sealed class Dice(ulong seed)
{
    private readonly PCG _numbers = new(0, seed);

    /// <summary>A number from 0 to below <paramref name="end"/>.</summary>
    public int Next(int end) => (int)_numbers.Next((uint)end);

    /// <summary>A number from <paramref name="from"/> to below <paramref name="end"/>.</summary>
    public int Next(int from, int end) => from + Next(end - from);

    /// <summary>Puts items into another order.</summary>
    public void Shuffle(int[] items)
    {
        for (var at = items.Length - 1; at > 0; at--)
        {
            var other = Next(at + 1);
            (items[at], items[other]) = (items[other], items[at]);
        }
    }
}
