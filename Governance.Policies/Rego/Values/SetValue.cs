using System.Runtime.CompilerServices;

namespace Governance.Policies.Rego.Values;

/// <summary>A set; its elements are sorted.</summary>
internal sealed class SetValue : RegoValue
{
    public static readonly SetValue Empty = new([]);

    // Below this, comparing is cheaper than hashing.
    private const int Scanned = 8;

    private HashSet<RegoValue>? index;
    private int hash;

    private SetValue(RegoValue[] sorted)
        : base(RegoKind.Set) => Items = sorted;

    public RegoValue[] Items { get; }

    public static SetValue Of(IEnumerable<RegoValue> items)
    {
        var builder = new SetBuilder();
        foreach (var item in items)
        {
            builder.Add(item);
        }

        return builder.Build();
    }

    /// <summary>A set whose items are in order already.</summary>
    /// <param name="sorted">Sorted, and without equal ones.</param>
    internal static SetValue OfSorted(RegoValue[] sorted) => sorted.Length == 0 ? Empty : new SetValue(sorted);

    public bool Contains(RegoValue item)
    {
        if (Items.Length <= Scanned)
        {
            foreach (var own in Items)
            {
                if (own.Equals(item))
                {
                    return true;
                }
            }

            return false;
        }

        return (index ??= [.. Items]).Contains(item);
    }

    internal override RegoValue? Lookup(RegoValue key) => Contains(key) ? key : null;

    internal override bool SameAs(RegoValue other)
    {
        var set = (SetValue)other;
        if (set.Items.Length != Items.Length)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < Items.Length; i++)
        {
            if (!Items[i].Equals(set.Items[i]))
            {
                return false;
            }
        }

        return true;
    }

    internal override int Hash()
    {
        if (hash == 0)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            var made = 104729;
            foreach (var item in Items)
            {
                made = (made * 31) + item.Hash();
            }

            hash = made == 0 ? 1 : made;
        }

        return hash;
    }

    internal override int Order(RegoValue other) => Sequences.Compare(Items, ((SetValue)other).Items);
}
