using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>How builtins read their operands, with OPA's messages where these do not fit.</summary>
internal static class Operands
{
    public static bool Text(this BuiltinCall call, RegoValue[] values, int at, out string text, out RegoValue? failed)
    {
        if (values[at] is StringValue own)
        {
            (text, failed) = (own.Text, null);
            return true;
        }

        (text, failed) = ("", call.Mismatch(at + 1, "string", values[at]));
        return false;
    }

    public static bool Number(
        this BuiltinCall call,
        RegoValue[] values,
        int at,
        out NumberValue number,
        out RegoValue? failed
    )
    {
        if (values[at] is NumberValue own)
        {
            (number, failed) = (own, null);
            return true;
        }

        (number, failed) = (NumberValue.Of(0), call.Mismatch(at + 1, "number", values[at]));
        return false;
    }

    /// <summary>An integer, as big as it is.</summary>
    public static bool Integer(
        this BuiltinCall call,
        RegoValue[] values,
        int at,
        out BigInteger number,
        out RegoValue? failed
    )
    {
        number = 0;
        if (!call.Number(values, at, out var own, out failed))
        {
            return false;
        }

        if (!own.IsInteger)
        {
            failed = call.TypeError($"operand {at + 1} must be integer number but got floating-point number");
            return false;
        }

        number = own.Exact.ToInteger();
        return true;
    }

    /// <summary>An integer that counts or positions something; one that is larger is cut to the largest.</summary>
    public static bool Count(this BuiltinCall call, RegoValue[] values, int at, out int number, out RegoValue? failed)
    {
        number = 0;
        if (!call.Integer(values, at, out var big, out failed))
        {
            return false;
        }

        number = (int)BigInteger.Clamp(big, int.MinValue, int.MaxValue);
        return true;
    }

    public static bool Array(
        this BuiltinCall call,
        RegoValue[] values,
        int at,
        out ArrayValue array,
        out RegoValue? failed
    )
    {
        if (values[at] is ArrayValue own)
        {
            (array, failed) = (own, null);
            return true;
        }

        (array, failed) = (ArrayValue.Empty, call.Mismatch(at + 1, "array", values[at]));
        return false;
    }

    public static bool Set(this BuiltinCall call, RegoValue[] values, int at, out SetValue set, out RegoValue? failed)
    {
        if (values[at] is SetValue own)
        {
            (set, failed) = (own, null);
            return true;
        }

        (set, failed) = (SetValue.Empty, call.Mismatch(at + 1, "set", values[at]));
        return false;
    }

    public static bool Object(
        this BuiltinCall call,
        RegoValue[] values,
        int at,
        out ObjectValue map,
        out RegoValue? failed
    )
    {
        if (values[at] is ObjectValue own)
        {
            (map, failed) = (own, null);
            return true;
        }

        (map, failed) = (ObjectValue.Empty, call.Mismatch(at + 1, "object", values[at]));
        return false;
    }

    /// <summary>The elements of an array or a set.</summary>
    public static bool Collection(
        this BuiltinCall call,
        RegoValue[] values,
        int at,
        out RegoValue[] items,
        out RegoValue? failed,
        string wanted = "one of {set, array}"
    )
    {
        failed = null;
        items = [];
        switch (values[at])
        {
            case ArrayValue array:
                items = array.Items;
                return true;
            case SetValue set:
                items = set.Items;
                return true;
            default:
                failed = call.Mismatch(at + 1, wanted, values[at]);
                return false;
        }
    }

    public static StringValue Text(string text) => text.Length == 0 ? StringValue.Empty : new StringValue(text);
}
