using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>Kinds of values, and casts.</summary>
internal static class Types
{
    public static IEnumerable<Builtin> All =>
        [
            Is("is_number", RegoKind.Number),
            Is("is_string", RegoKind.String),
            Is("is_boolean", RegoKind.Boolean),
            Is("is_array", RegoKind.Array),
            Is("is_set", RegoKind.Set),
            Is("is_object", RegoKind.Object),
            Is("is_null", RegoKind.Null),
            new("type_name", 1, (_, values) => new StringValue(BuiltinCall.NameOf(values[0]))),
            new("to_number", 1, ToNumber),
            new(
                "cast_array",
                1,
                (call, values) =>
                    call.Collection(values, 0, out var items, out var failed, "one of {array, set}")
                        ? new ArrayValue(items)
                        : failed
            ),
            new(
                "cast_set",
                1,
                (call, values) =>
                    call.Collection(values, 0, out var items, out var failed, "one of {array, set}")
                        ? SetValue.Of(items)
                        : failed
            ),
            Cast("cast_string", RegoKind.String, "string"),
            Cast("cast_boolean", RegoKind.Boolean, "boolean"),
            Cast("cast_null", RegoKind.Null, "null"),
            Cast("cast_object", RegoKind.Object, "object"),
        ];

    private static readonly HashSet<string> Infinite = new(
        ["inf", "infinity", "nan"],
        StringComparer.OrdinalIgnoreCase
    );

    private static Builtin Is(string name, RegoKind kind) =>
        new(name, 1, (_, values) => BoolValue.Of(values[0].Kind == kind));

    private static Builtin Cast(string name, RegoKind kind, string wanted) =>
        new(name, 1, (call, values) => values[0].Kind == kind ? values[0] : call.Mismatch(1, wanted, values[0]));

    private static RegoValue? ToNumber(BuiltinCall call, RegoValue[] values)
    {
        switch (values[0])
        {
            case NullValue:
                return NumberValue.Of(0);
            case BoolValue flag:
                return NumberValue.Of(flag.Value ? 1 : 0);
            case NumberValue number:
                return number;
            case StringValue { Text: var text } when Infinite.Contains(text.TrimStart('+', '-')):
                return call.Mismatch(1, "valid number string", values[0]);
            case StringValue { Text: var text }:
                return IsNumber(text) && NumberValue.Parse(text) is { } parsed
                    ? parsed
                    : call.Fail($"strconv.ParseFloat: parsing {new StringValue(text)}: invalid syntax");
            default:
                return call.Mismatch(1, "one of {null, boolean, number, string}", values[0]);
        }
    }

    private static bool IsNumber(string text) =>
        text.Length > 0 && text.All(unit => char.IsAsciiDigit(unit) || unit is '-' or '+' or '.' or 'e' or 'E');
}
