using Governance.Policies.Rego;
using Governance.Tests.Support;

namespace Governance.Tests.Decisions;

/// <summary>The policies' own tests.</summary>
public sealed class PolicyRegoTests
{
    [Fact]
    public void Tests_OfThePolicies_AllPass()
    {
        var results = PolicyTests.Run(PolicyFolder.Load(Repository.PathOf("policies")));

        results.Should().HaveCountGreaterThan(40);
        results.Where(result => !result.Passed).Should().BeEmpty();
    }
}
