using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>bits.*</c>, on integers of any size.</summary>
internal static class Bits
{
    private const int FurthestShift = 4096;

    public static IEnumerable<Builtin> All =>
        [
            new("bits.and", 2, (call, values) => Two(call, values, (left, right) => left & right)),
            new("bits.or", 2, (call, values) => Two(call, values, (left, right) => left | right)),
            new("bits.xor", 2, (call, values) => Two(call, values, (left, right) => left ^ right)),
            new(
                "bits.negate",
                1,
                (call, values) =>
                    call.Integer(values, 0, out var value, out var failed) ? NumberValue.Of(-value - 1) : failed
            ),
            new("bits.lsh", 2, (call, values) => Shift(call, values, (value, by) => value << by)),
            new("bits.rsh", 2, (call, values) => Shift(call, values, (value, by) => value >> by)),
        ];

    private static RegoValue? Two(
        BuiltinCall call,
        RegoValue[] values,
        Func<BigInteger, BigInteger, BigInteger> compute
    ) =>
        !call.Integer(values, 0, out var left, out var failed) || !call.Integer(values, 1, out var right, out failed)
            ? failed
            : NumberValue.Of(compute(left, right));

    private static RegoValue? Shift(BuiltinCall call, RegoValue[] values, Func<BigInteger, int, BigInteger> compute)
    {
        if (!call.Integer(values, 0, out var value, out var failed) || !call.Integer(values, 1, out var by, out failed))
        {
            return failed;
        }

        if (by < 0)
        {
            return call.TypeError("operand 2 must be an unsigned integer number but got a negative integer");
        }

        return by > FurthestShift
            ? call.Fail("the shift is further than is computed")
            : NumberValue.Of(compute(value, (int)by));
    }
}
