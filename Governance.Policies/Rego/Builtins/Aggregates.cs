using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>count</c>, <c>sum</c>, <c>product</c>, <c>max</c>, <c>min</c>, <c>sort</c>, <c>all</c>, <c>any</c>, and membership.</summary>
internal static class Aggregates
{
    public static IEnumerable<Builtin> All =>
        [
            new("count", 1, Count),
            new("sum", 1, (call, values) => Fold(call, values, NumberValue.Of(0), Arithmetic.Add)),
            new("product", 1, (call, values) => Fold(call, values, NumberValue.Of(1), Arithmetic.Multiply)),
            new(
                "max",
                1,
                (call, values) => call.Collection(values, 0, out var items, out var failed) ? items.Max() : failed
            ),
            new(
                "min",
                1,
                (call, values) => call.Collection(values, 0, out var items, out var failed) ? items.Min() : failed
            ),
            new("sort", 1, Sort),
            new(
                "all",
                1,
                (call, values) =>
                    call.Collection(values, 0, out var items, out var failed)
                        ? BoolValue.Of(items.All(item => item.IsTrue))
                        : failed
            ),
            new(
                "any",
                1,
                (call, values) =>
                    call.Collection(values, 0, out var items, out var failed)
                        ? BoolValue.Of(items.Any(item => item.IsTrue))
                        : failed
            ),
            new(Syntax.Operators.Member, 2, (_, values) => BoolValue.Of(IsMember(values[0], values[1]))),
            new(
                Syntax.Operators.MemberWithKey,
                3,
                (_, values) => BoolValue.Of(IsMember(values[0], values[1], values[2]))
            ),
        ];

    private static RegoValue? Count(BuiltinCall call, RegoValue[] values) =>
        values[0] switch
        {
            ArrayValue array => NumberValue.Of(array.Items.Length),
            SetValue set => NumberValue.Of(set.Items.Length),
            ObjectValue map => NumberValue.Of(map.Count),
            StringValue text => NumberValue.Of(text.Text.EnumerateRunes().Count()),
            _ => call.Mismatch(1, "one of {array, object, set, string}", values[0]),
        };

    private static RegoValue? Fold(
        BuiltinCall call,
        RegoValue[] values,
        NumberValue first,
        Func<NumberValue, NumberValue, NumberValue> combine
    )
    {
        if (!call.Collection(values, 0, out var items, out var failed))
        {
            return failed;
        }

        foreach (var item in items)
        {
            if (item is not NumberValue number)
            {
                return call.TypeError(
                    $"operand 1 must be {BuiltinCall.NameOf(values[0])} of numbers but got {BuiltinCall.NameOf(values[0])} containing {BuiltinCall.NameOf(item)}"
                );
            }

            first = combine(first, number);
        }

        return first;
    }

    private static RegoValue? Sort(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Collection(values, 0, out var items, out var failed))
        {
            return failed;
        }

        call.State.Charge(items.Length);
        var sorted = items.ToArray();
        Array.Sort(sorted);
        return new ArrayValue(sorted);
    }

    private static bool IsMember(RegoValue value, RegoValue domain) =>
        domain switch
        {
            ArrayValue array => Array.IndexOf(array.Items, value) >= 0,
            SetValue set => set.Contains(value),
            ObjectValue map => Array.IndexOf(map.Values, value) >= 0,
            _ => false,
        };

    private static bool IsMember(RegoValue key, RegoValue value, RegoValue domain) =>
        domain is ArrayValue or SetValue or ObjectValue && domain.Lookup(key) is { } found && found.Equals(value);
}
