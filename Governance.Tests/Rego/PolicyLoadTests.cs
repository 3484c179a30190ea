using Governance.Policies.Rego;

namespace Governance.Tests.Rego;

/// <summary>What is wrong or not supported is refused when it is loaded, with the place of it.</summary>
public sealed class PolicyLoadTests
{
    [Theory]
    [InlineData("p := 1", 1, 1, "rego_parse_error")]
    [InlineData("package a\np := [1,", 2, 9, "rego_parse_error")]
    [InlineData("package a\np { true }", 2, 3, "rego_parse_error")]
    [InlineData("package a\np", 2, 1, "rego_parse_error")]
    [InlineData("package a\np := \"x", 2, 6, "rego_parse_error")]
    [InlineData("package a\np := 01", 2, 6, "rego_parse_error")]
    [InlineData("package a\np if { x == 1 }", 2, 8, "rego_unsafe_var_error")]
    [InlineData("package a\np if { not data.b[x] }", 2, 19, "rego_unsafe_var_error")]
    [InlineData("package a\np contains x if { true }", 2, 12, "rego_unsafe_var_error")]
    [InlineData("package a\np := count([x | y = 1])", 2, 13, "rego_unsafe_var_error")]
    [InlineData("package a\np if { some x; x > 1 }", 2, 13, "rego_unsafe_var_error")]
    [InlineData("package a\np if q\nq if p", 2, 1, "rego_recursion_error")]
    [InlineData("package a\np contains x if { p[x] }", 2, 1, "rego_recursion_error")]
    [InlineData("package a\np if { data.a[x] }", 2, 1, "rego_recursion_error")]
    [InlineData("package a\nf(x) := f(x)", 2, 1, "rego_recursion_error")]
    [InlineData("package a\np := http.send({})", 2, 6, "rego_unsupported")]
    [InlineData("package a\np := opa.runtime()", 2, 6, "rego_unsupported")]
    [InlineData("package a\np := f(1)", 2, 6, "rego_unsupported")]
    [InlineData("package a\np := count(1, 2, 3)", 2, 6, "rego_compile_error")]
    [InlineData("package a\nf(x) := 1\nf(x, y) := 2", 3, 1, "rego_compile_error")]
    [InlineData("package a\np := 1\np contains 2", 2, 1, "rego_compile_error")]
    [InlineData("package a\np := {}\np.q := 2", 2, 1, "rego_compile_error")]
    [InlineData("package a\ndefault p := 1\ndefault p := 2", 3, 1, "rego_compile_error")]
    [InlineData("package a\np if { x := 1; x := 2 }", 2, 16, "rego_compile_error")]
    [InlineData("package a\np if { x == 1; x := 2 }", 2, 8, "rego_compile_error")]
    [InlineData("package a\nq := {\"r\": 1}\np if { q.r == 2 with data.a.q.r as 2 }", 3, 17, "rego_compile_error")]
    public void Load_FaultyModule_IsRefusedWithItsPlace(string text, int line, int column, string code)
    {
        var load = () => PolicyBundle.Load([new PolicySource("a.rego", text)]);

        var fault = load.Should().Throw<PolicyLoadException>().Which.Faults[0];
        (fault.File, fault.Line, fault.Column, fault.Code).Should().Be(("a.rego", line, column, code), fault.Message);
    }

    [Fact]
    public void Load_SeveralFaults_TellsAllOfThem()
    {
        var load = () =>
            PolicyBundle.Load([
                new PolicySource("a.rego", "package a\np if { x == 1 }\nq := http.send({})"),
                new PolicySource("b.rego", "package b\np := unknown.thing(1)"),
            ]);

        load.Should()
            .Throw<PolicyLoadException>()
            .Which.Faults.Select(fault => (fault.File, fault.Line))
            .Should()
            .Equal(("a.rego", 2), ("a.rego", 3), ("b.rego", 2));
    }

    [Fact]
    public void Load_RuleThatStandsInTheData_IsRefused()
    {
        var load = () =>
            PolicyBundle.Load(
                [new PolicySource("a.rego", "package a\np := 1")],
                Governance.Policies.Rego.Values.RegoValue.FromJson("""{"a": {"p": 2}}""")
            );

        load.Should().Throw<PolicyLoadException>().WithMessage("*stands in the data*");
    }

    [Fact]
    public void Load_DeeplyNestedText_IsRefusedAndDoesNotEndTheProcess()
    {
        var load = () => PolicyBundle.Load([new PolicySource("a.rego", "package a\np := " + new string('[', 100_000))]);

        load.Should().Throw<PolicyLoadException>().WithMessage("*nested*");
    }

    [Fact]
    public void Hash_OfTheSamePolicies_IsTheSame()
    {
        PolicySource[] sources = [new("a.rego", "package a\np := 1"), new("b.rego", "package b\np := 1")];

        PolicyBundle.Load(sources).Hash.Should().Be(PolicyBundle.Load([.. sources.Reverse()]).Hash);
        PolicyBundle
            .Load(sources)
            .Hash.Should()
            .NotBe(PolicyBundle.Load([sources[0], sources[1] with { Text = "package b\np := 2" }]).Hash);
    }
}
