using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>The operators of sets, <c>union</c> and <c>intersection</c>.</summary>
internal static class Sets
{
    public static IEnumerable<Builtin> All =>
        [
            new("and", 2, (call, values) => Two(call, values, Intersection)),
            new("or", 2, (call, values) => Two(call, values, Union)),
            new("union", 1, (call, values) => Many(call, values, Union)),
            new("intersection", 1, (call, values) => Many(call, values, Intersection)),
        ];

    public static SetValue Difference(SetValue left, SetValue right) =>
        SetValue.OfSorted([.. left.Items.Where(item => !right.Contains(item))]);

    private static SetValue Intersection(SetValue left, SetValue right) =>
        SetValue.OfSorted([.. left.Items.Where(right.Contains)]);

    private static SetValue Union(SetValue left, SetValue right)
    {
        var both = new SetBuilder();
        both.AddAll(left.Items);
        both.AddAll(right.Items);
        return both.Build();
    }

    private static RegoValue? Two(BuiltinCall call, RegoValue[] values, Func<SetValue, SetValue, SetValue> combine)
    {
        if (!call.Set(values, 0, out var left, out var failed) || !call.Set(values, 1, out var right, out failed))
        {
            return failed;
        }

        call.State.Charge(left.Items.Length + right.Items.Length);
        return combine(left, right);
    }

    private static RegoValue? Many(BuiltinCall call, RegoValue[] values, Func<SetValue, SetValue, SetValue> combine)
    {
        if (!call.Set(values, 0, out var sets, out var failed))
        {
            return failed;
        }

        SetValue? all = null;
        foreach (var item in sets.Items)
        {
            if (item is not SetValue set)
            {
                return call.TypeError(
                    $"operand 1 must be set of sets but got set containing {BuiltinCall.NameOf(item)}"
                );
            }

            call.State.Charge(set.Items.Length + (all?.Items.Length ?? 0));
            all = all is null ? set : combine(all, set);
        }

        return all ?? SetValue.Empty;
    }
}
