using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Contracts;

/// <summary>The examples that ODCS publishes: sound documents, of which governance says every reason why it cannot use them.</summary>
public sealed class PublishedExamplesTests
{
    [Theory]
    [InlineData("all-schema-types", "unclassified 4")]
    [InlineData("full-example", "unclassified 3, unknown_element 1, unknown_relationship 1")]
    [InlineData("kafka-schemaregistry", "no_columns 1")]
    [InlineData("postgresql-adventureworks-contract", "unclassified 456")]
    [InlineData("service-and-operational-roles", "no_dataset 1")]
    [InlineData("table-columns-with-partition", "unclassified 4")]
    public void Lint_PublishedExample_IsSoundAndLacksWhatGovernanceNeeds(string name, string expected)
    {
        var path = Repository.Shared("odcs", name + ".odcs.yaml");

        var report = new ContractLinter(Sample.Reader).LintFiles([path]);

        report.Faults.Where(fault => fault.IsStructural).Should().BeEmpty();
        var counts = report
            .Faults.GroupBy(fault => fault.Code, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}");
        string.Join(", ", counts).Should().Be(expected);
    }
}
