using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>object.*</c></summary>
internal static class Objects
{
    private const string Keys = "one of {object, set, array}";

    public static IEnumerable<Builtin> All =>
        [
            new("object.get", 3, Get),
            new(
                "object.keys",
                1,
                (call, values) =>
                    call.Object(values, 0, out var map, out var failed) ? SetValue.OfSorted(map.Keys) : failed
            ),
            new("object.remove", 2, (call, values) => Keep(call, values, keep: false)),
            new("object.filter", 2, (call, values) => Keep(call, values, keep: true)),
            new("object.union", 2, Union),
            new("object.union_n", 1, UnionOfMany),
            new("object.subset", 2, Subset),
        ];

    private static RegoValue? Get(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Object(values, 0, out var map, out var failed))
        {
            return failed;
        }

        if (values[1] is not ArrayValue path)
        {
            return map.Lookup(values[1]) ?? values[2];
        }

        RegoValue? found = map;
        foreach (var step in path.Items)
        {
            found = found.Lookup(step);
            if (found is null)
            {
                return values[2];
            }
        }

        return found;
    }

    private static RegoValue? Keep(BuiltinCall call, RegoValue[] values, bool keep)
    {
        if (!call.Object(values, 0, out var map, out var failed))
        {
            return failed;
        }

        SetValue named;
        switch (values[1])
        {
            case ArrayValue array:
                named = SetValue.Of(array.Items);
                break;
            case SetValue set:
                named = set;
                break;
            case ObjectValue other:
                named = SetValue.OfSorted(other.Keys);
                break;
            default:
                return call.Mismatch(2, Keys, values[1]);
        }

        var kept = new ObjectBuilder();
        for (var i = 0; i < map.Count; i++)
        {
            if (named.Contains(map.Keys[i]) == keep)
            {
                kept.Set(map.Keys[i], map.Values[i]);
            }
        }

        call.State.Charge(kept.Count);
        return kept.Build();
    }

    private static RegoValue? Union(BuiltinCall call, RegoValue[] values) =>
        !call.Object(values, 0, out var left, out var failed) || !call.Object(values, 1, out var right, out failed)
            ? failed
            : Merge(call, left, right);

    private static RegoValue? UnionOfMany(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Array(values, 0, out var array, out var failed))
        {
            return failed;
        }

        var all = ObjectValue.Empty;
        foreach (var item in array.Items)
        {
            if (item is not ObjectValue map)
            {
                return call.TypeError(
                    $"operand 1 must be array of objects but got array containing {BuiltinCall.NameOf(item)}"
                );
            }

            all = Merge(call, all, map);
        }

        return all;
    }

    // The right one wins; objects under the same key are merged.
    private static ObjectValue Merge(BuiltinCall call, ObjectValue left, ObjectValue right)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        call.State.Charge(left.Count + right.Count);
        var both = new ObjectBuilder();
        for (var i = 0; i < left.Count; i++)
        {
            both.Set(left.Keys[i], left.Values[i]);
        }

        for (var i = 0; i < right.Count; i++)
        {
            var value =
                both.Find(right.Keys[i]) is ObjectValue below && right.Values[i] is ObjectValue own
                    ? Merge(call, below, own)
                    : right.Values[i];
            both.Set(right.Keys[i], value);
        }

        return both.Build();
    }

    private static RegoValue? Subset(BuiltinCall call, RegoValue[] values) =>
        (values[0], values[1]) switch
        {
            (ObjectValue super, ObjectValue sub) => BoolValue.Of(Holds(super, sub)),
            (SetValue super, SetValue sub) => BoolValue.Of(sub.Items.All(super.Contains)),
            (ArrayValue super, ArrayValue sub) => BoolValue.Of(Holds(super, sub)),
            (ArrayValue super, SetValue sub) => BoolValue.Of(sub.Items.All(item => super.Items.Contains(item))),
            _ => call.TypeError("both arguments object.subset must be of the same type or array and set"),
        };

    private static bool Holds(ObjectValue super, ObjectValue sub)
    {
        for (var i = 0; i < sub.Count; i++)
        {
            if (super.Lookup(sub.Keys[i]) is not { } own)
            {
                return false;
            }

            var holds = (own, sub.Values[i]) switch
            {
                (ObjectValue outer, ObjectValue inner) => Holds(outer, inner),
                (SetValue outer, SetValue inner) => inner.Items.All(outer.Contains),
                (ArrayValue outer, ArrayValue inner) => Holds(outer, inner),
                var (outer, inner) => outer.Equals(inner),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    // One array in another: its elements side by side.
    private static bool Holds(ArrayValue super, ArrayValue sub)
    {
        for (var start = 0; start + sub.Items.Length <= super.Items.Length; start++)
        {
            if (sub.Items.AsSpan().SequenceEqual(super.Items.AsSpan(start, sub.Items.Length)))
            {
                return true;
            }
        }

        return false;
    }
}
