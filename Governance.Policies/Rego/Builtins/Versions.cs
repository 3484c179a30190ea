using System.Text.RegularExpressions;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>semver.*</c>: semantic versions, by semver.org 2.0.0.</summary>
internal static partial class Versions
{
    public static IEnumerable<Builtin> All =>
        [
            new(
                "semver.is_valid",
                1,
                (_, values) => BoolValue.Of(values[0] is StringValue text && Shape().IsMatch(text.Text))
            ),
            new("semver.compare", 2, Compare),
        ];

    private static RegoValue? Compare(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var left, out var failed) || !call.Text(values, 1, out var right, out failed))
        {
            return failed;
        }

        var one = Shape().Match(left);
        if (!one.Success)
        {
            return call.Fail($"operand 1: string \"{left}\" is not a valid SemVer");
        }

        var other = Shape().Match(right);
        if (!other.Success)
        {
            return call.Fail($"operand 2: string \"{right}\" is not a valid SemVer");
        }

        for (var i = 1; i <= 3; i++)
        {
            var order = Number(one.Groups[i].Value).CompareTo(Number(other.Groups[i].Value));
            if (order != 0)
            {
                return NumberValue.Of(order);
            }
        }

        return NumberValue.Of(Release(one.Groups[4].Value, other.Groups[4].Value));
    }

    private static System.Numerics.BigInteger Number(string digits) =>
        System.Numerics.BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private static int Release(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return right.Length.CompareTo(left.Length) is var order ? Math.Sign(order) : 0;
        }

        var (one, other) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            var (numeric, otherNumeric) = (one[i].All(char.IsAsciiDigit), other[i].All(char.IsAsciiDigit));
            var order =
                numeric && otherNumeric ? Number(one[i]).CompareTo(Number(other[i]))
                : numeric ? -1
                : otherNumeric ? 1
                : string.CompareOrdinal(one[i], other[i]);
            if (order != 0)
            {
                return Math.Sign(order);
            }
        }

        return one.Length.CompareTo(other.Length);
    }

    [GeneratedRegex(
        @"\A(?<1>0|[1-9][0-9]*)\.(?<2>0|[1-9][0-9]*)\.(?<3>0|[1-9][0-9]*)(?:-(?<4>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Shape();
}
