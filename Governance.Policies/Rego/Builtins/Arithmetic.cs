using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>Numbers: the operators, rounding, ranges, and what compares.</summary>
internal static class Arithmetic
{
    // Sums and products of these stay far from the ends of 64 bits.
    private const long SmallEnough = int.MaxValue;

    private const int LongestRange = 1_000_000;

    public static IEnumerable<Builtin> All =>
        [
            new("plus", 2, (call, values) => Two(call, values, Add)),
            new("mul", 2, (call, values) => Two(call, values, Multiply)),
            new("minus", 2, Minus),
            new("div", 2, Divide),
            new("rem", 2, Remainder),
            new("round", 1, (call, values) => One(call, values, value => Rounded(value))),
            new("ceil", 1, (call, values) => One(call, values, value => Directed(value, 1))),
            new("floor", 1, (call, values) => One(call, values, value => Directed(value, -1))),
            new("abs", 1, (call, values) => One(call, values, value => NumberValue.Of(value.ToFloat().Abs()))),
            new("numbers.range", 2, Range),
            new("numbers.range_step", 3, Range),
            new("format_int", 2, FormatInt),
            new("equal", 2, (_, values) => BoolValue.Of(values[0].Equals(values[1]))),
            new("eq", 2, (_, values) => BoolValue.Of(values[0].Equals(values[1]))),
            new("neq", 2, (_, values) => BoolValue.Of(!values[0].Equals(values[1]))),
            new("lt", 2, (_, values) => BoolValue.Of(values[0].CompareTo(values[1]) < 0)),
            new("lte", 2, (_, values) => BoolValue.Of(values[0].CompareTo(values[1]) <= 0)),
            new("gt", 2, (_, values) => BoolValue.Of(values[0].CompareTo(values[1]) > 0)),
            new("gte", 2, (_, values) => BoolValue.Of(values[0].CompareTo(values[1]) >= 0)),
        ];

    public static NumberValue Add(NumberValue left, NumberValue right) =>
        AreSmall(left, right)
            ? NumberValue.Of(left.Int64 + right.Int64)
            : NumberValue.Of(left.ToFloat() + right.ToFloat());

    public static NumberValue Multiply(NumberValue left, NumberValue right) =>
        AreSmall(left, right)
            ? NumberValue.Of(left.Int64 * right.Int64)
            : NumberValue.Of(left.ToFloat() * right.ToFloat());

    private static bool AreSmall(NumberValue left, NumberValue right) =>
        left.IsInt64
        && right.IsInt64
        && left.Int64 is >= -SmallEnough and <= SmallEnough
        && right.Int64 is >= -SmallEnough and <= SmallEnough;

    private static RegoValue? One(BuiltinCall call, RegoValue[] values, Func<NumberValue, NumberValue> compute) =>
        call.Number(values, 0, out var value, out var failed) ? compute(value) : failed;

    private static RegoValue? Two(
        BuiltinCall call,
        RegoValue[] values,
        Func<NumberValue, NumberValue, NumberValue> compute
    ) =>
        !call.Number(values, 0, out var left, out var failed) || !call.Number(values, 1, out var right, out failed)
            ? failed
            : compute(left, right);

    private static RegoValue? Minus(BuiltinCall call, RegoValue[] values)
    {
        switch (values[0], values[1])
        {
            case (NumberValue left, NumberValue right):
                return AreSmall(left, right)
                    ? NumberValue.Of(left.Int64 - right.Int64)
                    : NumberValue.Of(left.ToFloat() - right.ToFloat());
            case (SetValue left, SetValue right):
                return Sets.Difference(left, right);
            case (NumberValue, _):
                return call.Mismatch(2, "number", values[1]);
            case (SetValue, _):
                return call.Mismatch(2, "set", values[1]);
            default:
                return call.Mismatch(1, "one of {number, set}", values[0]);
        }
    }

    private static RegoValue? Divide(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Number(values, 0, out var left, out var failed) || !call.Number(values, 1, out var right, out failed))
        {
            return failed;
        }

        if (right.ToFloat().Sign == 0)
        {
            return call.Fail("divide by zero");
        }

        return AreSmall(left, right) && left.Int64 % right.Int64 == 0
            ? NumberValue.Of(left.Int64 / right.Int64)
            : NumberValue.Of(left.ToFloat() / right.ToFloat());
    }

    private static RegoValue? Remainder(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Number(values, 0, out var left, out var failed) || !call.Number(values, 1, out var right, out failed))
        {
            return failed;
        }

        if (!left.IsInteger || !right.IsInteger)
        {
            return call.Fail("modulo on floating-point number");
        }

        var divisor = right.Exact.ToInteger();
        return divisor.IsZero
            ? call.Fail("modulo by zero")
            : NumberValue.Of(BigInteger.Remainder(left.Exact.ToInteger(), divisor));
    }

    private static NumberValue Rounded(NumberValue value)
    {
        if (value.IsInt64)
        {
            return NumberValue.Of(value.Int64);
        }

        // Half away from zero.
        var half = GoFloat.Of(1) / GoFloat.Of(2);
        var number = value.ToFloat();
        return NumberValue.Of(GoFloat.Of((number.Sign < 0 ? number - half : number + half).Truncate()));
    }

    private static NumberValue Directed(NumberValue value, int direction)
    {
        if (value.IsInt64)
        {
            return NumberValue.Of(value.Int64);
        }

        var number = value.ToFloat();
        var whole = number.Truncate();
        return NumberValue.Of(GoFloat.Of(number.IsInteger || number.Sign != direction ? whole : whole + direction));
    }

    private static RegoValue? Range(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Integer(values, 0, out var from, out var failed) || !call.Integer(values, 1, out var to, out failed))
        {
            return failed;
        }

        var step = BigInteger.One;
        if (values.Length == 3 && !call.Integer(values, 2, out step, out failed))
        {
            return failed;
        }

        if (step <= 0)
        {
            return call.Fail("step must be a positive integer");
        }

        var count = (BigInteger.Abs(to - from) / step) + 1;
        if (count > LongestRange)
        {
            // More than an evaluation may make.
            call.State.Charge(long.MaxValue / 2);
        }

        call.State.Charge((long)count);
        var items = new RegoValue[(int)count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = NumberValue.Of(from);
            from += to >= from ? step : -step;
        }

        return new ArrayValue(items);
    }

    private static RegoValue? FormatInt(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Number(values, 0, out var number, out var failed)
            || !call.Number(values, 1, out var digits, out failed)
        )
        {
            return failed;
        }

        if (digits is not { IsInt64: true, Int64: 2 or 8 or 10 or 16 })
        {
            return call.TypeError("operand 2 must be one of {2, 8, 10, 16}");
        }

        return Operands.Text(ToBase(number.ToFloat().Truncate(), (int)digits.Int64));
    }

    public static string ToBase(BigInteger value, int digits)
    {
        if (value.IsZero)
        {
            return "0";
        }

        var text = new System.Text.StringBuilder();
        for (var rest = BigInteger.Abs(value); !rest.IsZero; rest /= digits)
        {
            text.Insert(0, "0123456789abcdef"[(int)(rest % digits)]);
        }

        return value.Sign < 0 ? "-" + text : text.ToString();
    }
}
