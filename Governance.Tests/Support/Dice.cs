namespace Governance.Tests.Support;

/// <summary>Chance that follows from its seed alone (SplitMix64). One thread at a time.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Chance of its own, that no other draw moves.</summary>
    public static Dice For(int seed, string purpose) =>
        new(
            purpose.Aggregate(
                unchecked((ulong)seed * 0x9E37_79B9_7F4A_7C15),
                (state, letter) => unchecked((state ^ letter) * 0x0000_0100_0000_01B3)
            )
        );

    /// <summary>A number from 0 to below a bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public int Between(int from, int to) => from + Below(to - from + 1);

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public void Shuffle<T>(T[] items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private ulong Next()
    {
        var mixed = unchecked(_state += 0x9E37_79B9_7F4A_7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB);
        return mixed ^ (mixed >> 31);
    }
}
