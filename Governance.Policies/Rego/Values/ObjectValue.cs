using System.Runtime.CompilerServices;

namespace Governance.Policies.Rego.Values;

/// <summary>An object; its members are sorted by their keys, which are any values.</summary>
internal sealed class ObjectValue : RegoValue
{
    public static readonly ObjectValue Empty = new([], []);

    // Below this, comparing is cheaper than hashing.
    private const int Scanned = 8;

    private Dictionary<RegoValue, int>? index;
    private int hash;

    private ObjectValue(RegoValue[] keys, RegoValue[] values)
        : base(RegoKind.Object) => (Keys, Values) = (keys, values);

    public RegoValue[] Keys { get; }
    public RegoValue[] Values { get; }
    public int Count => Keys.Length;

    /// <summary>An object whose keys are in order already.</summary>
    /// <param name="keys">Sorted, and without equal ones.</param>
    /// <param name="values">One a key.</param>
    internal static ObjectValue OfSorted(RegoValue[] keys, RegoValue[] values) =>
        keys.Length == 0 ? Empty : new ObjectValue(keys, values);

    public static ObjectValue Single(RegoValue key, RegoValue value) => new([key], [value]);

    internal override RegoValue? Lookup(RegoValue key)
    {
        var keys = Keys;
        if (keys.Length <= Scanned)
        {
            for (var i = 0; i < keys.Length; i++)
            {
                if (keys[i].Equals(key))
                {
                    return Values[i];
                }
            }

            return null;
        }

        return (index ?? Index()).TryGetValue(key, out var at) ? Values[at] : null;
    }

    private Dictionary<RegoValue, int> Index()
    {
        var made = new Dictionary<RegoValue, int>(Keys.Length);
        for (var i = 0; i < Keys.Length; i++)
        {
            made.Add(Keys[i], i);
        }

        return index = made;
    }

    internal override bool SameAs(RegoValue other)
    {
        var map = (ObjectValue)other;
        if (map.Count != Count)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < Keys.Length; i++)
        {
            if (!Keys[i].Equals(map.Keys[i]) || !Values[i].Equals(map.Values[i]))
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
            var made = 611953;
            for (var i = 0; i < Keys.Length; i++)
            {
                made = (((made * 31) + Keys[i].Hash()) * 31) + Values[i].Hash();
            }

            hash = made == 0 ? 1 : made;
        }

        return hash;
    }

    internal override int Order(RegoValue other)
    {
        var map = (ObjectValue)other;
        var shared = Math.Min(Count, map.Count);
        for (var i = 0; i < shared; i++)
        {
            var order = Keys[i].CompareTo(map.Keys[i]);
            order = order != 0 ? order : Values[i].CompareTo(map.Values[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return Count.CompareTo(map.Count);
    }
}
