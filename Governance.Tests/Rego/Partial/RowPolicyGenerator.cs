using System.Globalization;

namespace Governance.Tests.Rego.Partial;

/// <summary>What a generated policy may do; the laws on nulls hold for less than that on values.</summary>
/// <param name="Bare">Columns as lines of their own, which ask whether there is a value.</param>
/// <param name="Null">Comparisons with null.</param>
/// <param name="Named">Columns given to functions and variables, which need not ask about them.</param>
internal sealed record RowPolicyTraits(bool Bare, bool Null, bool Named);

/// <summary>Policies of package <c>rows</c> that decide with <c>allow</c> about rows of orders, and such rows.</summary>
internal sealed class RowPolicyGenerator(uint seed, RowPolicyTraits traits)
{
    public const string Data = """
        {
          "regions": ["EU", "US"],
          "teams": {"sales": {"regions": ["EU", "CH"], "most": 2}, "audit": {"regions": [], "most": 9}},
          "limits": {"EU": 3, "US": 1, "CH": 0}
        }
        """;

    private uint state = (seed * 2654435761u) | 1;
    private int names;
    private readonly List<string> conditions = [];
    private readonly List<string> numbers = [];
    private readonly List<string> sets = [];
    private readonly List<string> functions = [];
    private readonly List<string> predicates = [];

    /// <summary>Rules ask only for rules above them.</summary>
    public string Policy()
    {
        var rules = new List<string> { "package rows" };
        var helpers = Next(5);
        for (var i = 0; i < helpers; i++)
        {
            rules.Add(Helper(FormattableString.Invariant($"h{i}")));
        }

        if (Next(3) == 0)
        {
            rules.Add("default allow := false");
        }

        var bodies = 1 + Next(3);
        for (var i = 0; i < bodies; i++)
        {
            rules.Add($"allow if {{ {Body(3)} }}");
        }

        return string.Join('\n', rules);
    }

    public string Known() =>
        FormattableString.Invariant($"\"team\": \"{Pick("sales", "audit")}\", \"level\": {Next(4)}");

    /// <summary>The columns and their values as JSON, or null where the row has none.</summary>
    public Dictionary<string, string?> Row(bool nulls) =>
        new(StringComparer.Ordinal)
        {
            ["region"] = Cell(() => Text(), nulls),
            ["status"] = Cell(() => Text(), nulls),
            ["address.city"] = Cell(() => Text(), nulls),
            ["amount"] = Cell(Number, nulls),
            ["open"] = Cell(() => Pick("true", "false"), nulls),
        };

    private string? Cell(Func<string> value, bool nulls) => nulls && Next(3) == 0 ? null : value();

    private string Helper(string name)
    {
        switch (Next(8))
        {
            case 0:
                var first = $"{name} if {{ {Body(2)} }}\n{name} if {{ {Body(2)} }}";
                conditions.Add(name);
                return first;
            case 1:
                var usual = $"default {name} := {Pick("true", "false")}\n";
                usual += $"{name} := {Pick("true", "false")} if {{ {Body(2)} }}";
                conditions.Add($"{name} == {Pick("true", "false")}");
                conditions.Add(name);
                return usual;
            case 2:
                var value =
                    $"{name} := {Number()} if {{ {Body(2)} }} else := {Number()} if {{ {Body(1)} }} else := {Number()}";
                numbers.Add(name);
                return value;
            case 3:
                var set = $"{name} contains 1 if {{ {Body(2)} }}\n{name} contains 2 if {{ {Body(1)} }}";
                sets.Add(name);
                return set;
            case 4 when traits.Named:
                var function =
                    $"{name}(x) if {{ x {Pick("==", "!=")} {Text()}; {Body(1)} }}\n{name}(x) if {{ x in {Texts()} }}";
                functions.Add(name);
                return function;
            case 5 when traits.Named:
                var row =
                    $"{name}(row) if {{ row.region == {Text()}; {Body(1)} }}\n{name}(row) if {{ not row.open; row.amount {Sign()} {Number()} }}";
                predicates.Add(name);
                return row;
            case 6 when traits.Named:
                var kind =
                    $"{name}(x) := 1 if {{ startswith(x, {Text()}) }} else := 2 if {{ x == {Text()} }} else := 3";
                numbers.Add($"{name}(input.orders.{Pick("region", "status")})");
                return kind;
            default:
                var part = $"{name} if {{ {Body(3)} }}";
                conditions.Add(name);
                return part;
        }
    }

    private string Body(int most) =>
        string.Join("; ", Enumerable.Range(0, 1 + Next(most)).Select(_ => Line()).ToArray());

    private string Line() =>
        Next(12) switch
        {
            0 => Settled(),
            1 or 2 when conditions.Count > 0 => $"{Not()}{Pick([.. conditions])}",
            3 when numbers.Count > 0 => $"{Not()}{Pick([.. numbers])} {Sign()} {Number()}",
            4 when sets.Count > 0 => $"count({Pick([.. sets])}) {Sign()} {Number()}",
            5 when functions.Count > 0 => $"{Not()}{Pick([.. functions])}(input.orders.{TextColumn()})",
            6 when predicates.Count > 0 => $"{Not()}{Pick([.. predicates])}(input.orders)",
            7 => Nested(),
            _ => $"{Not()}{Question()}",
        };

    private string Nested()
    {
        var name = NewName();
        return Next(7) switch
        {
            0 => $"count([1 | {Question()}]) + count([1 | {Question()}]) {Sign()} 1",
            1 => $"every {name} in {Texts()} {{ input.orders.{TextColumn()} != {name} }}",
            2 => $"some {name} in data.teams[input.team].regions; input.orders.{TextColumn()} == {name}",
            3 => $"input.orders.amount {Sign()} data.limits[input.orders.region]",
            4 when traits.Named => $"{name} := input.orders.{TextColumn()}; {Not()}{name} in {Texts()}",
            5 => $"data.limits[{name}] > {Number()}; {Not()}input.orders.region == {name}",
            _ =>
                $"{name} := {{k | some k in data.regions; k != {Text()}}}; {Not()}input.orders.{TextColumn()} in {name}",
        };
    }

    private string Question() =>
        Next(11) switch
        {
            0 => $"input.orders.amount {Sign()} {Number()}",
            1 => $"{Number()} {Sign()} input.orders.amount",
            2 => $"input.orders.amount in [{Number()}, {Number()}]",
            3 => $"{Pick("startswith", "endswith", "contains")}(input.orders.{TextColumn()}, {Text()})",
            4 => $"input.orders.open {Pick("==", "!=")} {Pick("true", "false")}",
            5 => "input.orders.open",
            6 when traits.Bare => $"input.orders.{Pick(TextColumn(), "amount")}",
            7 when traits.Null => $"input.orders.{Pick(TextColumn(), "amount")} {Pick("==", "!=")} null",
            8 => $"input.orders.{TextColumn()} in {Texts()}",
            _ => $"input.orders.{TextColumn()} {Sign()} {Text()}",
        };

    private string Settled() =>
        Pick(
            $"input.level {Sign()} {Number()}",
            "input.team == \"sales\"",
            "not input.nothing",
            "data.teams[input.team].most > 4",
            $"data.regions[{NewName()}] == \"US\""
        );

    private string NewName() => FormattableString.Invariant($"v{names++}");

    private string Not() => Next(3) == 0 ? "not " : "";

    private string Sign() => Pick("==", "!=", "<", "<=", ">", ">=");

    private string TextColumn() => Pick("region", "status", "address.city");

    private string Texts() =>
        Pick("[\"EU\"]", "{\"EU\", \"U\"}", "[]", "data.regions", "data.teams[input.team].regions");

    private string Text() => Pick("\"EU\"", "\"US\"", "\"CH\"", "\"U\"", "\"\"");

    private string Number() => Pick("0", "1", "2", "3", "1.5", (Next(40) / 10m).ToString(CultureInfo.InvariantCulture));

    private int Next(int below)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (int)(state % (uint)below);
    }

    private T Pick<T>(params T[] choices) => choices[Next(choices.Length)];
}
