using Governance.Policies.Rego.Conformance;
using Governance.Tests.Support;

namespace Governance.Tests.Rego;

/// <summary>OPA's own cases. What is not supported is refused when it is loaded; no answer is another one than OPA's.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    /// <summary>Topics outside of the declared subset: they need builtins that are refused on purpose.</summary>
    private static readonly HashSet<string> Outside = new(StringComparer.Ordinal)
    {
        "cryptomd5",
        "cryptohmacsha1",
        "cryptoparsersaprivatekeys",
        "cryptosha1",
        "cryptox509parseandverifycertificates",
        "cryptox509parsecertificaterequest",
        "cryptox509parsecertificates",
        "cryptox509parsekeypair",
        "cryptox509parsersaprivatekey",
        "globsmatch",
        "graphql",
        "invalidkeyerror",
        "jsonschema",
        "jwtdecodeverify",
        "jwtencodesign",
        "jwtencodesignheadererrors",
        "jwtencodesignpayloaderrors",
        "jwtencodesignraw",
        "jwtverifyeddsa",
        "jwtverifyhs256",
        "jwtverifyhs384",
        "jwtverifyhs512",
        "jwtverifyrsa",
        "netlookupipaddr",
        "providers-aws",
        "rand",
        "regometadatachain",
        "regometadatarule",
        "rendertemplate",
        "uuid",
    };

    [Fact]
    public void Cases_AllOfOpasSuite_AreAnsweredAsOpaDoesOrRefused()
    {
        var folder =
            Environment.GetEnvironmentVariable("GOVERNANCE_REGO_CASES")
            ?? Path.Combine(Repository.Root, "..", "shared", "rego-conformance");
        Assert.SkipUnless(
            Directory.Exists(folder),
            "OPA's cases are not there: set GOVERNANCE_REGO_CASES to their folder."
        );

        var results = ConformanceSuite.Run(folder);
        output.WriteLine(ConformanceTable.Write(results));

        results.Should().HaveCountGreaterThan(1500);
        results.Where(result => result.Outcome == ConformanceOutcome.Wrong).Should().BeEmpty();
        Share(results).Should().BeGreaterThanOrEqualTo(0.60);
        var subset = results.Where(result => !Outside.Contains(result.Topic)).ToArray();
        output.WriteLine(
            FormattableString.Invariant(
                $"all {Share(results):P1}, declared subset {Share(subset):P1} of {subset.Length}"
            )
        );
        Share(subset).Should().BeGreaterThanOrEqualTo(0.95);
    }

    private static double Share(IReadOnlyCollection<ConformanceResult> results) =>
        (double)results.Count(result => result.Outcome == ConformanceOutcome.Passed) / results.Count;
}
