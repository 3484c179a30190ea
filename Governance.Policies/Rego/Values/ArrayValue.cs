using System.Runtime.CompilerServices;

namespace Governance.Policies.Rego.Values;

/// <summary>An array.</summary>
internal sealed class ArrayValue(RegoValue[] items) : RegoValue(RegoKind.Array)
{
    public static readonly ArrayValue Empty = new([]);
    private int hash;

    public RegoValue[] Items { get; } = items;

    internal override RegoValue? Lookup(RegoValue key) =>
        key is NumberValue { IsInt64: true, Int64: var index } && index >= 0 && index < Items.Length
            ? Items[index]
            : null;

    internal override bool SameAs(RegoValue other)
    {
        var others = ((ArrayValue)other).Items;
        if (others.Length != Items.Length)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < others.Length; i++)
        {
            if (!Items[i].Equals(others[i]))
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
            var made = 7919;
            foreach (var item in Items)
            {
                made = (made * 31) + item.Hash();
            }

            hash = made == 0 ? 1 : made;
        }

        return hash;
    }

    internal override int Order(RegoValue other) => Sequences.Compare(Items, ((ArrayValue)other).Items);
}

internal static class Sequences
{
    public static int Compare(RegoValue[] left, RegoValue[] right)
    {
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
        {
            var order = left[i].CompareTo(right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }
}
