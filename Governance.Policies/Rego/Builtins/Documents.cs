using System.Text;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>json.*</c>, without schemas and patches.</summary>
internal static class Documents
{
    public static IEnumerable<Builtin> All =>
        [
            new("json.marshal", 1, (call, values) => Marshalled(call, Escaped(values[0].ToJson()))),
            new("json.unmarshal", 1, Unmarshal),
            new(
                "json.is_valid",
                1,
                (_, values) => BoolValue.Of(values[0] is StringValue text && Read(text.Text) is not null)
            ),
            new("json.filter", 2, (call, values) => WithPaths(call, values, (map, paths) => Filter(map, paths))),
            new("json.remove", 2, (call, values) => WithPaths(call, values, Remove)),
        ];

    private static StringValue Marshalled(BuiltinCall call, string text)
    {
        call.State.Charge(text.Length / 16);
        return new StringValue(text);
    }

    // Go's encoder escapes what could end a script.
    private static string Escaped(string json)
    {
        var text = new StringBuilder(json.Length);
        foreach (var unit in json)
        {
            switch (unit)
            {
                case '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                    break;
                default:
                    text.Append(unit);
                    break;
            }
        }

        return text.ToString();
    }

    private static RegoValue? Read(string text)
    {
        try
        {
            return RegoValue.FromJson(text);
        }
        catch (RegoJsonException)
        {
            return null;
        }
    }

    private static RegoValue? Unmarshal(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed))
        {
            return failed;
        }

        call.State.Charge(1 + (text.Length / 4));
        return Read(text) ?? call.Fail("the text is not JSON");
    }

    private static RegoValue? WithPaths(BuiltinCall call, RegoValue[] values, Func<RegoValue, Paths, RegoValue> compute)
    {
        if (
            !call.Object(values, 0, out var map, out var failed)
            || !call.Collection(values, 1, out var items, out failed)
        )
        {
            return failed;
        }

        var paths = new Paths();
        foreach (var item in items)
        {
            switch (item)
            {
                case StringValue text:
                    paths.Add([
                        .. text
                            .Text.TrimStart('/')
                            .Split('/')
                            .Select(step =>
                                (RegoValue)
                                    new StringValue(
                                        step.Replace("~1", "/", StringComparison.Ordinal)
                                            .Replace("~0", "~", StringComparison.Ordinal)
                                    )
                            ),
                    ]);
                    break;
                case ArrayValue array:
                    paths.Add(array.Items);
                    break;
                default:
                    return call.TypeError(
                        $"operand 2 must be one of {{set, array}} containing string paths or array of path segments but got {BuiltinCall.NameOf(item)}"
                    );
            }
        }

        call.State.Charge(map.Count + items.Length);
        return compute(map, paths);
    }

    // What no path leads to stays; a path that leads to nothing removes nothing.
    private static RegoValue Remove(RegoValue value, Paths paths)
    {
        switch (value)
        {
            case ObjectValue map:
                var kept = new ObjectBuilder();
                for (var i = 0; i < map.Count; i++)
                {
                    var below = paths.Below(map.Keys[i]);
                    if (below is null)
                    {
                        kept.Set(map.Keys[i], map.Values[i]);
                    }
                    else if (!below.IsEnd)
                    {
                        kept.Set(map.Keys[i], Remove(map.Values[i], below));
                    }
                }

                return kept.Build();
            case ArrayValue array:
                var items = new List<RegoValue>();
                for (var i = 0; i < array.Items.Length; i++)
                {
                    var below = paths.Below(NumberValue.Of(i));
                    if (below is null)
                    {
                        items.Add(array.Items[i]);
                    }
                    else if (!below.IsEnd)
                    {
                        items.Add(Remove(array.Items[i], below));
                    }
                }

                return new ArrayValue([.. items]);
            case SetValue set:
                return SetValue.Of(
                    set.Items.Where(item => paths.Below(item) is not { IsEnd: true })
                        .Select(item => paths.Below(item) is { } below ? Remove(item, below) : item)
                );
            default:
                return value;
        }
    }

    private static RegoValue Filter(RegoValue value, Paths paths)
    {
        if (paths.IsEnd)
        {
            return value;
        }

        switch (value)
        {
            case ObjectValue map:
                var kept = new ObjectBuilder();
                for (var i = 0; i < map.Count; i++)
                {
                    if (paths.Below(map.Keys[i]) is { } below)
                    {
                        kept.Set(map.Keys[i], Filter(map.Values[i], below));
                    }
                }

                return kept.Build();
            case ArrayValue array:
                var items = new List<RegoValue>();
                for (var i = 0; i < array.Items.Length; i++)
                {
                    if (paths.Below(NumberValue.Of(i)) is { } below)
                    {
                        items.Add(Filter(array.Items[i], below));
                    }
                }

                return new ArrayValue([.. items]);
            case SetValue set:
                return SetValue.Of(
                    set.Items.Where(item => paths.Below(item) is not null)
                        .Select(item => Filter(item, paths.Below(item)!))
                );
            default:
                return value;
        }
    }

    // Paths as a tree. A step of text that is a number also names an element of an array.
    private sealed class Paths
    {
        private readonly Dictionary<RegoValue, Paths> below = [];

        public bool IsEnd { get; private set; }

        public void Add(RegoValue[] path)
        {
            var place = this;
            foreach (var step in path)
            {
                if (!place.below.TryGetValue(step, out var next))
                {
                    place.below.Add(step, next = new Paths());
                }

                place = next;
            }

            place.IsEnd = true;
        }

        public Paths? Below(RegoValue step) =>
            below.GetValueOrDefault(step)
            ?? (step is NumberValue number ? below.GetValueOrDefault(new StringValue(number.Text)) : null);
    }
}
