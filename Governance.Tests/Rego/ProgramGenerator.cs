using System.Globalization;

namespace Governance.Tests.Rego;

/// <summary>
/// Small programs that OPA's type checker takes: each rule is of one kind, and what is computed has a type. What the input lacks
/// makes parts of them undefined, also under a negation.
/// </summary>
internal sealed class ProgramGenerator(uint seed)
{
    private uint state = (seed * 2654435761u) | 1;
    private int names;
    private readonly List<string> numbers = [];

    /// <summary>The rules named <c>p_{index}</c>, and what these need.</summary>
    public string Rule(int index)
    {
        numbers.Clear();
        var name = FormattableString.Invariant($"p_{index}");
        switch (Next(10))
        {
            case 0:
                return $"{name} := {Any(3)}";
            case 1:
                return $"{name} := {{\"a\": {Any(2)}, \"b\": {Any(2)}}}";
            case 2:
                var element = Body(2);
                return $"{name} contains {Any(2)} if {{ {element} }}";
            case 3:
                return $"{name}[k] := {Local("v", () => Number(2))} if {{ some k, v in input.o; {Local("v", Condition)} }}";
            case 4:
                return $"default {name} := {Literal()}\n{name} := {Number(2)} if {{ {Condition()} }} else := {Number(2)} if {{ {Condition()}; {Condition()} }}";
            case 5:
                var function = FormattableString.Invariant($"f_{index}");
                return $"{function}(x, y) := {Local("x", () => Number(2))} if {{ y > 0; {Local("x", Condition)} }} else := y\n{name} := {function}({Number(2)}, {Number(1)})";
            case 6:
                return $"{name} if {{ {Body(3)}; not {Condition()} }}";
            case 7:
                return $"{name} if {{ every x in input.xs {{ x > -3; x {Pick("<", "!=", ">=")} {Number(0)} }}; {Condition()} }}";
            case 8:
                return $"{name} if {{ not {Missing()} }}";
            default:
                var body = Body(3);
                return $"{name} := {{[{string.Join(", ", numbers)}] | {body}}}";
        }
    }

    public string Input()
    {
        var parts = new List<string>();
        Add("n", Literal);
        Add("m", Literal);
        Add("s", Text);
        Add("t", Text);
        Add("xs", () => $"[{List(Literal, 5)}]");
        Add(
            "o",
            () =>
                $"{{{string.Join(", ", new[] { "a", "b", "ab" }.Take(Next(4)).Select(key => $"\"{key}\": {Literal()}"))}}}"
        );
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string name, Func<string> value)
        {
            if (Next(6) > 0)
            {
                parts.Add($"\"{name}\": {value()}");
            }
        }
    }

    private int Next(int below)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (int)(state % (uint)below);
    }

    private T Pick<T>(params T[] choices) => choices[Next(choices.Length)];

    private string List(Func<string> item, int most) =>
        string.Join(", ", Enumerable.Range(0, Next(most)).Select(_ => item()).ToArray());

    private string Local(string name, Func<string> make)
    {
        numbers.Add(name);
        var made = make();
        numbers.Remove(name);
        return made;
    }

    // Small: from a million on, OPA 0.47 prints integers that it computed with an exponent, and later versions do not.
    private string Literal() =>
        Next(4) switch
        {
            0 => Next(90).ToString(CultureInfo.InvariantCulture),
            1 => FormattableString.Invariant($"-{Next(20)}.{Next(10)}5"),
            2 => FormattableString.Invariant($"{Next(30)}.{Next(10)}1"),
            _ => (Next(7) - 2).ToString(CultureInfo.InvariantCulture),
        };

    private string Text() => Pick("\"\"", "\"abc\"", "\"Ab,c\"", "\"\u00fcber\"", "\"a b\"", "\"cab\"");

    private string Number(int depth)
    {
        if (numbers.Count > 0 && Next(3) == 0)
        {
            return numbers[Next(numbers.Count)];
        }

        if (depth == 0)
        {
            return Pick(Literal(), "input.n", "input.m", "input.xs[0]", "input.o.a");
        }

        return Next(11) switch
        {
            0 => $"({Number(depth - 1)} + {Number(depth - 1)})",
            1 => $"({Number(depth - 1)} - {Number(depth - 1)})",
            2 => $"({Number(depth - 1)} * {Number(depth - 1)})",
            3 => $"({Number(depth - 1)} / {Number(depth - 1)})",
            4 => $"({Number(depth - 1)} % {Number(depth - 1)})",
            5 => $"count({Pick(Array(depth - 1), Set(depth - 1), String(depth - 1))})",
            6 => $"{Pick("sum", "max", "min", "product")}({Pick(Array(depth - 1), Set(depth - 1))})",
            7 => $"{Pick("round", "ceil", "floor", "abs")}({Number(depth - 1)})",
            8 => $"to_number({Pick("\"1.50\"", "\"x\"", "input.s")})",
            9 => $"object.get(input, \"{Pick("n", "q")}\", {Number(depth - 1)})",
            _ => Number(0),
        };
    }

    private string String(int depth)
    {
        if (depth <= 0)
        {
            return Pick(Text(), "input.s", "input.t");
        }

        return Next(8) switch
        {
            0 => $"concat({Text()}, [{String(depth - 1)}, {String(depth - 1)}])",
            1 => $"{Pick("upper", "lower", "trim_space")}({String(depth - 1)})",
            2 => $"sprintf(\"%v|%s|%d\", [{Number(depth - 1)}, {String(depth - 1)}, {Next(100)}])",
            3 => $"substring({String(depth - 1)}, {Next(4)}, {Next(4) - 1})",
            4 => $"{Pick("trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix")}({String(depth - 1)}, \"a\")",
            5 => $"replace({String(depth - 1)}, {Text()}, {Text()})",
            6 => $"json.marshal({Any(depth - 1)})",
            _ => $"format_int({Number(depth - 1)}, {Pick(2, 8, 10, 16)})",
        };
    }

    private string Array(int depth)
    {
        if (depth <= 0)
        {
            return Pick("input.xs", $"[{Literal()}, {Literal()}]");
        }

        return Next(6) switch
        {
            0 => $"array.concat({Array(depth - 1)}, {Array(depth - 1)})",
            1 => $"array.slice({Array(depth - 1)}, {Next(3)}, {Next(5)})",
            2 => $"numbers.range({Next(5)}, {Next(5)})",
            3 => $"sort({Set(depth - 1)})",
            _ => Comprehension("[", "]", depth),
        };
    }

    private string Set(int depth)
    {
        if (depth <= 0)
        {
            return $"{{{Literal()}, {Number(0)}}}";
        }

        return Next(5) switch
        {
            0 => $"({Set(depth - 1)} | {Set(depth - 1)})",
            1 => $"({Set(depth - 1)} & {Set(depth - 1)})",
            2 => $"({Set(depth - 1)} - {Set(depth - 1)})",
            _ => Comprehension("{", "}", depth),
        };
    }

    private string Object(int depth) =>
        depth <= 0
            ? Pick("input.o", $"{{\"a\": {Number(0)}, \"c\": {Literal()}}}")
            : Next(4) switch
            {
                0 => $"object.union({Object(depth - 1)}, {Object(depth - 1)})",
                1 => $"object.remove({Object(depth - 1)}, [\"a\"])",
                2 => $"object.filter({Object(depth - 1)}, {{\"a\", \"b\"}})",
                _ => $"{{k: {Local("v", () => Number(depth - 1))} | some k, v in {Object(depth - 1)}}}",
            };

    private string Comprehension(string open, string close, int depth)
    {
        var name = FormattableString.Invariant($"c{names++}");
        return $"{open}{Local(name, () => Number(depth - 1))} | some {name} in {Array(depth - 1)}; {Local(name, Condition)}{close}";
    }

    private string Any(int depth) =>
        Next(5) switch
        {
            0 => String(depth),
            1 => Array(depth),
            2 => Set(depth),
            3 => Object(depth),
            _ => Number(depth),
        };

    private string Condition() =>
        Next(8) switch
        {
            0 => $"{Number(1)} {Pick("==", "!=", "<", "<=", ">", ">=")} {Number(1)}",
            1 => $"{Pick("startswith", "endswith", "contains")}({String(1)}, {Text()})",
            2 => $"{Number(0)} in {Array(0)}",
            3 => $"regex.match(`{Pick("^[a-c]+$", "b", "^.{3}$", "[[:upper:]]")}`, {String(0)})",
            4 => $"{Array(1)} == {Array(1)}",
            5 => $"{String(1)} {Pick("==", "!=", "<")} {String(1)}",
            6 => $"input.o.{Pick("a", "b")}",
            _ => $"{Number(1)} > {Number(0)}",
        };

    // A negation over what may be missing: what OPA moves out of it makes the line undefined.
    private string Missing() =>
        Next(6) switch
        {
            0 => "input.q",
            1 => "input.q.r == input.n",
            2 => $"startswith({String(1)}, \"a\")",
            3 => $"count(input.{Pick("q", "xs")}) > 1",
            4 => $"input.xs[input.{Pick("n", "q")}]",
            _ => $"{Number(1)} == {Number(1)}",
        };

    private string Body(int lines)
    {
        var made = new List<string>();
        for (var i = 0; i < lines; i++)
        {
            var name = FormattableString.Invariant($"v{names++}");
            switch (Next(4))
            {
                case 0:
                    made.Add($"{name} := {Number(2)}");
                    break;
                case 1:
                    made.Add($"some {name} in {Array(1)}");
                    break;
                case 2:
                    made.Add($"[{name}, _] = [{Number(1)}, {Number(1)}]");
                    break;
                default:
                    made.Add(Condition());
                    continue;
            }

            numbers.Add(name);
        }

        return string.Join("; ", made);
    }
}
