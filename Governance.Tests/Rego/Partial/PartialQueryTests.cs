using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Tests.Rego.Partial;

public sealed class PartialQueryTests
{
    private const string Data = """
        {
          "regions": ["EU", "US"],
          "teams": {"sales": {"regions": ["EU", "CH"]}, "audit": {"regions": []}},
          "limits": {"EU": 100, "US": 50}
        }
        """;

    internal static readonly UnknownRow Orders = new(
        "orders",
        [
            new UnknownColumn("region", ColumnKind.Text),
            new UnknownColumn("status", ColumnKind.Text),
            new UnknownColumn("address.city", ColumnKind.Text),
            new UnknownColumn("amount", ColumnKind.Number),
            new UnknownColumn("open", ColumnKind.Boolean),
        ]
    );

    private static PolicyBundle Load(string rules) =>
        PolicyBundle.Load([new PolicySource("rows.rego", "package rows\n" + rules)], RegoValue.FromJson(Data));

    private static PartialQuery Prepare(string rules) => PartialQuery.Prepare(Load(rules), "data.rows.allow", Orders);

    private static string Condition(string rules, string input = """{"team": "sales", "level": 3}""") =>
        ConditionText.Of(Prepare(rules).Evaluate(RegoValue.FromJson(input)).Condition);

    [Theory]
    [InlineData("allow if input.orders.region == \"EU\"", "region == 'EU'")]
    [InlineData("allow if \"EU\" == input.orders.region", "region == 'EU'")]
    [InlineData("allow if input.orders.region = \"EU\"", "region == 'EU'")]
    [InlineData("allow if input.orders.region != \"EU\"", "region != 'EU'")]
    [InlineData("allow if not input.orders.region == \"EU\"", "region != 'EU'")]
    [InlineData("allow if input.orders.amount < 5.0", "amount < 5")]
    [InlineData("allow if 5 >= input.orders.amount", "amount <= 5")]
    [InlineData("allow if not input.orders.amount > input.level * 2", "amount <= 6")]
    [InlineData("allow if input.orders.address.city in {\"Bern\", \"Basel\"}", "address.city in ['Basel', 'Bern']")]
    [InlineData("allow if input.orders.region in data.teams[input.team].regions", "region in ['CH', 'EU']")]
    [InlineData("allow if not input.orders.region in data.regions", "not region in ['EU', 'US']")]
    [InlineData("allow if input.orders.amount in data.limits", "amount in [50, 100]")]
    [InlineData("allow if { some r in data.regions; input.orders.region == r }", "region in ['EU', 'US']")]
    [InlineData("allow if { data.regions[_] == input.orders.region }", "region in ['EU', 'US']")]
    [InlineData("allow if startswith(input.orders.status, \"a\")", "status Start 'a'")]
    [InlineData("allow if not endswith(input.orders.status, \"b\")", "not status End 'b'")]
    [InlineData("allow if contains(input.orders.status, input.team)", "status Anywhere 'sales'")]
    [InlineData("allow if input.orders.region", "region is there")]
    [InlineData("allow if not input.orders.region", "not region is there")]
    [InlineData("allow if input.orders.region != null", "region is there")]
    [InlineData("allow if input.orders.region == null", "not region is there")]
    [InlineData("allow if input.orders.open", "open == true")]
    [InlineData("allow if not input.orders.open", "open == false")]
    [InlineData("allow if input.orders.open != true", "open == false")]
    [InlineData("allow := input.orders.open", "open == true")]
    [InlineData("allow := input.orders.amount > 3", "amount > 3")]
    [InlineData("default allow := false\nallow if input.orders.amount > 3", "amount > 3")]
    [InlineData("default allow := true\nallow := false if input.orders.amount > 3", "amount <= 3")]
    public void Evaluate_OneQuestion_IsOneCondition(string rules, string condition) =>
        Condition(rules).Should().Be(condition);

    [Theory]
    [InlineData("allow if input.level > 2", "everything")]
    [InlineData("allow if input.level > 7", "nothing")]
    [InlineData("allow if { input.level > 7; input.orders.region == \"EU\" }", "nothing")]
    [InlineData("allow if { input.orders.region == \"EU\"; input.orders.region == \"US\" }", "nothing")]
    [InlineData("allow if { input.orders.amount > 10; input.orders.amount < 5 }", "nothing")]
    [InlineData("allow if { input.orders.amount > 10; input.orders.amount > 5 }", "amount > 10")]
    [InlineData("allow if { input.orders.region == 5 }", "nothing")]
    [InlineData("allow if { input.orders.region != 5 }", "region is there")]
    [InlineData("allow if input.orders.region in []", "nothing")]
    [InlineData("allow := \"yes\" if input.orders.region == \"EU\"", "nothing")]
    [InlineData("allow contains \"x\" if input.orders.region == \"EU\"", "nothing")]
    public void Evaluate_WhatIsSettled_IsNoQuestion(string rules, string condition) =>
        Condition(rules).Should().Be(condition);

    [Theory]
    [InlineData(
        """
            allow if { input.orders.region == "EU"; input.orders.amount < 10 }
            allow if { input.orders.region == "EU" }
            """,
        "region == 'EU'"
    )]
    [InlineData(
        """
            allow if { input.orders.region == "EU"; not input.orders.open }
            allow if { input.orders.amount < 10; startswith(input.orders.status, "a") }
            """,
        "(region == 'EU' and open == false) or (amount < 10 and status Start 'a')"
    )]
    [InlineData(
        """
            allow if { visible(input.orders); not secret }
            visible(row) if row.region in data.regions
            visible(row) if row.address.city == "Bern"
            secret if input.orders.status == "secret"
            secret if input.orders.amount > 1000
            """,
        "(region in ['EU', 'US'] and status != 'secret' and amount <= 1000) or (address.city == 'Bern' and status != 'secret' and amount <= 1000)"
    )]
    [InlineData(
        """
            allow if every word in ["a", "b"] { contains(input.orders.status, word) }
            """,
        "status Anywhere 'a' and status Anywhere 'b'"
    )]
    [InlineData(
        """
            allow if count(reasons) == 0
            reasons contains "region" if input.orders.region == "EU"
            reasons contains "open" if input.orders.open
            """,
        "region != 'EU' and open == false"
    )]
    [InlineData(
        """
            allow if count([1 | input.orders.region == "EU"]) + count([1 | input.orders.open]) > 1
            """,
        "region == 'EU' and open == true"
    )]
    [InlineData(
        """
            allow if most > 20
            most := 10 if input.orders.region == "EU" else := 30 if input.orders.region == "US" else := 1
            """,
        "region == 'US'"
    )]
    [InlineData(
        """
            allow if input.orders.amount < data.limits[input.orders.region]
            """,
        "(region == 'EU' and amount < 100) or (region == 'US' and amount < 50)"
    )]
    [InlineData(
        """
            allow if { r := input.orders.region; s := {"a": [r]}; s.a[_] == "EU" }
            """,
        "region == 'EU'"
    )]
    [InlineData(
        """
            allow if not input.orders.region in {"EU"}
            allow if { not input.orders.region == "EU"; not input.orders.region == "US" }
            """,
        "region != 'EU'"
    )]
    [InlineData(
        """
            allow if { input.orders.region != "EU"; input.orders.region != "US"; input.orders.amount > 1 }
            """,
        "not region in ['EU', 'US'] and amount > 1"
    )]
    [InlineData(
        """
            allow if input.orders.region == "EU" with input.team as "audit"
            """,
        "region == 'EU'"
    )]
    [InlineData(
        """
            allow if other with input as {"orders": {"region": "EU"}}
            other if { input.orders.region == "EU"; input.orders.unlisted == 1 }
            other if count(input.orders) == 1
            """,
        "everything"
    )]
    [InlineData(
        """
            allow if input.orders.region == "EU"
            allow if input.orders.region != "EU"
            """,
        "region is there"
    )]
    public void Evaluate_Policy_IsAnOrOfAnds(string rules, string condition) => Condition(rules).Should().Be(condition);

    [Theory]
    [InlineData("allow if lower(input.orders.region) == \"eu\"", 2, "lower is asked of input.orders.region")]
    [InlineData("allow if\n  input.orders.amount + 1 > 2", 3, "plus is asked of input.orders.amount")]
    [InlineData("allow if startswith(\"abc\", input.orders.region)", 2, "startswith is asked of input.orders.region")]
    [InlineData("allow if startswith(input.orders.amount, \"1\")", 2, "no text column")]
    [InlineData("allow if count(input.orders) > 1", 2, "as a whole")]
    [InlineData("allow if input.orders", 2, "as a whole")]
    [InlineData("allow if input == {}", 2, "as a whole")]
    [InlineData("allow if input.orders.regoin == \"EU\"", 2, "input.orders.regoin is none of the columns")]
    [InlineData("allow if not input.orders.regoin", 2, "input.orders.regoin is none of the columns")]
    [InlineData("allow if input.orders[input.name] == \"EU\"", 2, "as a whole")]
    [InlineData("allow if { some c in input.orders; c == \"EU\" }", 2, "gone through")]
    [InlineData("allow if { some k, v in input; v == \"EU\" }", 2, "gone through")]
    [InlineData("allow if every c in input.orders { c == \"EU\" }", 2, "gone through")]
    [InlineData("allow if input.orders.region == input.orders.status", 2, "Two columns")]
    [InlineData("allow if input.orders.region == input.orders.region", 2, "Two columns")]
    [InlineData("allow if { x := input.orders.region; input.orders.status = x }", 2, "Two columns")]
    [InlineData("allow if input.orders.region in [input.orders.status]", 2, "'in' is asked of")]
    [InlineData("allow if \"EU\" in [input.orders.status]", 2, "'in' is asked of a column")]
    [InlineData("allow if [input.orders.region, 1] == data.x", 2, "as a whole")]
    [InlineData("allow if count({input.orders.region}) == 1", 2, "A set or a key")]
    [InlineData("allow if count({x | x := input.orders.region}) == 1", 2, "A set or a key")]
    [InlineData("allow if count([x | x := input.orders.region]) == 1", 2, "count is asked of a column")]
    [InlineData("allow if sprintf(\"%v\", [input.orders.region]) == \"EU\"", 2, "sprintf is asked of a column")]
    [InlineData("allow if $\"{input.orders.region}\" == \"EU\"", 2, "A set or a key")]
    [InlineData("allow if is_null(input.orders.region)", 2, "is_null is asked of")]
    [InlineData("allow if object.get(input, \"x\", 1) == 1", 2, "as a whole")]
    [InlineData("allow if json.marshal(input.orders) == \"\"", 2, "as a whole")]
    [InlineData("allow if { walk(input, [_, v]); v == \"EU\" }", 2, "as a whole")]
    [InlineData("allow if input.orders.region.code == 1", 2, "no members")]
    [InlineData("allow if data.rows.sub[input.orders.region] == 1\nsub.a := 1", 2, "A key is chosen")]
    [InlineData("allow if p with input.orders.region as \"EU\"\np if input.orders.region == \"EU\"", 2, "'with'")]
    [InlineData("allow if p with data.x as input.orders.region\np if data.x == \"EU\"", 2, "'with'")]
    [InlineData("allow if p with f as true\nf(x) if x == 1\np if f(input.orders.amount)", 2, "'with'")]
    [InlineData(
        "allow if f(input.orders.region)\nf(x) if upper(x) == \"EU\"",
        3,
        "upper is asked of input.orders.region"
    )]
    [InlineData("allow if not f(input.orders.region)\nf([x, y]) if x == y", 3, "gone through")]
    [InlineData("allow if p == \"EU\"\np := trim_space(q)\nq := input.orders.region", 3, "trim_space is asked of")]
    [InlineData("allow if input.level > 7\nallow if input.orders.amount * 2 > 1", 3, "mul is asked of")]
    [InlineData("allow if not p\ndefault p := false\np if regex.match(\"a\", input.orders.status)", 4, "regex.match")]
    public void Prepare_WhatNoConditionCarriesOut_IsRefusedWithItsPlace(string rules, int line, string message)
    {
        var prepare = () => Prepare(rules);
        var faults = prepare.Should().Throw<PolicyLoadException>().Which.Faults;
        faults.Should().OnlyContain(fault => fault.File == "rows.rego" && fault.Code == "rego_unsupported");
        faults[0].Line.Should().Be(line);
        faults[0].Message.Should().Contain(message);
    }

    [Fact]
    public void Prepare_ManyFaults_TellsAll()
    {
        var prepare = () =>
            Prepare("allow if lower(input.orders.region) == \"eu\"\nallow if input.orders.amount * 2 > 1");
        prepare.Should().Throw<PolicyLoadException>().Which.Faults.Select(fault => fault.Line).Should().Equal(2, 3);
    }

    [Fact]
    public void Prepare_FaultThatNoRowDependsOn_IsNone() =>
        Condition(
                "allow if input.orders.region == upper(input.team)\nother if lower(input.orders.region) == \"eu\"",
                """{"team": "eu"}"""
            )
            .Should()
            .Be("region == 'EU'");

    [Theory]
    [InlineData("input.orders.region == \"EU\"")]
    [InlineData("data.rows.allow; data.rows.other")]
    [InlineData("not data.rows.allow")]
    [InlineData("data[x].allow")]
    [InlineData("data.rows")]
    public void Prepare_NoPathOfARule_IsRefused(string query)
    {
        var bundle = Load("allow := input.orders.region");
        var prepare = () => PartialQuery.Prepare(bundle, query, Orders);
        prepare.Should().Throw<PolicyLoadException>();
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "a.b")]
    [InlineData("a.b", "a")]
    [InlineData("a..b", "c")]
    public void Prepare_ColumnsThatContradictEachOther_Throws(string one, string other)
    {
        var row = new UnknownRow("t", [new(one, ColumnKind.Text), new(other, ColumnKind.Text)]);
        var prepare = () => PartialQuery.Prepare(Load("allow := true"), "data.rows.allow", row);
        prepare.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("""{"orders": {}}""")]
    [InlineData("[]")]
    public void Evaluate_InputThatIsNotBesideTheRow_Throws(string input)
    {
        var query = Prepare("allow if input.orders.open");
        var evaluate = () => query.Evaluate(RegoValue.FromJson(input));
        evaluate.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Evaluate_RowsForWhichRulesContradictEachOther_AreNoAnswer()
    {
        var query = Prepare(
            """
            allow if p == 1
            allow if input.orders.region == "US"
            p := 1 if input.orders.open
            p := 2 if input.orders.amount > 2
            """
        );
        var evaluate = () => query.Evaluate();
        evaluate.Should().Throw<EvaluationException>().Which.Code.Should().Be(EvaluationException.Conflict);
    }

    [Fact]
    public void Evaluate_TooManyCases_EndsWithTheLimit()
    {
        var rules = string.Join(
            '\n',
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    FormattableString.Invariant(
                        $"n contains {i} if contains(input.orders.status, \"{(char)('a' + i)}\")"
                    )
                )
        );
        var query = Prepare("allow if count(n) > 7\n" + rules);
        var evaluate = () => query.Evaluate();
        evaluate.Should().Throw<EvaluationException>().Which.Code.Should().Be(EvaluationException.Limit);
    }

    [Fact]
    public void Evaluate_StepsOfAllCases_AreLimitedTogether()
    {
        var query = Prepare("allow if { some x in numbers.range(1, 200); input.orders.amount == x }");
        var options = new EvaluationOptions { Limits = new EvaluationLimits { Steps = 2000 } };
        var evaluate = () => query.Evaluate(null, options);
        evaluate.Should().Throw<EvaluationException>().Which.Code.Should().Be(EvaluationException.Limit);
        var enough = new EvaluationOptions { Limits = new EvaluationLimits { Time = TimeSpan.FromMinutes(1) } };
        ConditionText
            .Of(query.Evaluate(null, enough).Condition)
            .Should()
            .StartWith("amount in [1, 2, 3,")
            .And.EndWith("200]");
    }

    [Fact]
    public void Evaluate_ByManyThreads_IsTheSame()
    {
        var query = Prepare("allow if { some r in data.teams[input.team].regions; input.orders.region == r }");
        var conditions = new string[200];
        Parallel.For(
            0,
            conditions.Length,
            i =>
            {
                var input = RegoValue.FromJson(i % 2 == 0 ? """{"team": "sales"}""" : """{"team": "audit"}""");
                conditions[i] = ConditionText.Of(query.Evaluate(input).Condition);
            }
        );
        conditions.Where((_, i) => i % 2 == 0).Should().AllBe("region in ['CH', 'EU']");
        conditions.Where((_, i) => i % 2 == 1).Should().AllBe("nothing");
    }

    [Fact]
    public void Evaluate_NoInput_KnowsTheRowAlone()
    {
        var result = Prepare("allow if { not input.team; input.orders.open }").Evaluate();
        ConditionText.Of(result.Condition).Should().Be("open == true");
        result.IsEverything.Should().BeFalse();
        result.IsNothing.Should().BeFalse();
    }
}
