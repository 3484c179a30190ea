namespace Governance.Policies.Rego.Values;

/// <summary>Gathers; stands in a frame's slot while a comprehension or a rule runs.</summary>
internal abstract class Builder() : RegoValue(RegoKind.Builder)
{
    internal override bool SameAs(RegoValue other) => false;

    internal override int Hash() => 0;

    internal override int Order(RegoValue other) => 0;
}

internal sealed class ArrayBuilder : Builder
{
    private readonly List<RegoValue> items = [];

    public void Add(RegoValue item) => items.Add(item);

    public ArrayValue Build() => items.Count == 0 ? ArrayValue.Empty : new ArrayValue([.. items]);
}

internal sealed class SetBuilder : Builder
{
    private const int Scanned = 8;
    private readonly List<RegoValue> items = [];
    private HashSet<RegoValue>? index;

    public int Count => items.Count;

    public bool Add(RegoValue item)
    {
        if (index is null && items.Count < Scanned)
        {
            foreach (var own in items)
            {
                if (own.Equals(item))
                {
                    return false;
                }
            }
        }
        else if (!(index ??= [.. items]).Add(item))
        {
            return false;
        }

        items.Add(item);
        return true;
    }

    public void AddAll(IEnumerable<RegoValue> all)
    {
        foreach (var item in all)
        {
            Add(item);
        }
    }

    public SetValue Build()
    {
        var sorted = items.ToArray();
        Array.Sort(sorted);
        return SetValue.OfSorted(sorted);
    }
}

internal sealed class ObjectBuilder : Builder
{
    private const int Scanned = 8;
    private readonly List<RegoValue> keys = [];
    private readonly List<RegoValue> values = [];
    private Dictionary<RegoValue, int>? index;

    public int Count => keys.Count;

    public RegoValue? Find(RegoValue key)
    {
        var at = IndexOf(key);
        return at < 0 ? null : values[at];
    }

    /// <summary>Adds a member, or replaces its value.</summary>
    public void Set(RegoValue key, RegoValue value)
    {
        var at = IndexOf(key);
        if (at >= 0)
        {
            values[at] = value;
            return;
        }

        index?.Add(key, keys.Count);
        keys.Add(key);
        values.Add(value);
    }

    /// <summary>Adds a member; false where the key is there with another value.</summary>
    public bool TryAdd(RegoValue key, RegoValue value)
    {
        var at = IndexOf(key);
        if (at >= 0)
        {
            return values[at].Equals(value);
        }

        index?.Add(key, keys.Count);
        keys.Add(key);
        values.Add(value);
        return true;
    }

    public ObjectValue Build()
    {
        var sortedKeys = keys.ToArray();
        var sortedValues = values.ToArray();
        Array.Sort(sortedKeys, sortedValues);
        return ObjectValue.OfSorted(sortedKeys, sortedValues);
    }

    private int IndexOf(RegoValue key)
    {
        if (index is null)
        {
            if (keys.Count <= Scanned)
            {
                for (var i = 0; i < keys.Count; i++)
                {
                    if (keys[i].Equals(key))
                    {
                        return i;
                    }
                }

                return -1;
            }

            index = new Dictionary<RegoValue, int>(keys.Count * 2);
            for (var i = 0; i < keys.Count; i++)
            {
                index.Add(keys[i], i);
            }
        }

        return index.TryGetValue(key, out var at) ? at : -1;
    }
}
