using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>array.*</c></summary>
internal static class Arrays
{
    public static IEnumerable<Builtin> All =>
        [
            new("array.concat", 2, Concat),
            new("array.slice", 3, Slice),
            new("array.reverse", 1, Reverse),
            new("array.flatten", 1, Flatten),
        ];

    private static RegoValue? Concat(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Array(values, 0, out var left, out var failed) || !call.Array(values, 1, out var right, out failed))
        {
            return failed;
        }

        call.State.Charge(left.Items.Length + right.Items.Length);
        return new ArrayValue([.. left.Items, .. right.Items]);
    }

    private static RegoValue? Slice(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Array(values, 0, out var array, out var failed)
            || !call.Count(values, 1, out var start, out failed)
            || !call.Count(values, 2, out var stop, out failed)
        )
        {
            return failed;
        }

        start = Math.Max(start, 0);
        stop = Math.Min(stop, array.Items.Length);
        return start >= stop ? ArrayValue.Empty : new ArrayValue(array.Items[start..stop]);
    }

    private static RegoValue? Reverse(BuiltinCall call, RegoValue[] values) =>
        call.Array(values, 0, out var array, out var failed)
            ? new ArrayValue([.. Enumerable.Reverse(array.Items)])
            : failed;

    // One level: elements that are arrays give theirs.
    private static RegoValue? Flatten(BuiltinCall call, RegoValue[] values) =>
        call.Array(values, 0, out var array, out var failed)
            ? new ArrayValue([.. array.Items.SelectMany(item => item is ArrayValue inner ? inner.Items : [item])])
            : failed;
}
