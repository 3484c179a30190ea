using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Tests.Support;

namespace Governance.Tests.Decisions;

/// <summary>The sandbox's datasets, people and policies.</summary>
internal static class DemoCatalog
{
    private static readonly Lazy<ContractCatalog> Loaded = new(() =>
        ContractFiles.Load([Repository.PathOf("ops", "demo", "contracts")]).Current
    );

    public static PolicySubject Analyst { get; } = new("5a000000-0000-4000-8000-000000000002", ["analyst"], []);

    /// <summary>The purposes that the policies know.</summary>
    public static IReadOnlyList<string> Purposes { get; } =
    ["settlement", "billing", "support", "network_planning", "fraud_prevention", "marketing", "research", "emergency"];

    public static PolicySnapshot Policies { get; } =
        PolicySnapshot.Load(PolicyFolder.Read(Repository.PathOf("policies")));

    public static IEnumerable<Dataset> Datasets => Loaded.Value.Datasets;

    public static Dataset Dataset(string name) => Loaded.Value.FindDataset(name)!;

    public static AccessQuestion Ask(string dataset, string purpose, params string[] columns) =>
        new(Analyst, Dataset(dataset), purpose, [.. columns], TimeSpan.FromHours(1));

    /// <summary>The product's policies with some files changed, or added.</summary>
    public static PolicySnapshot Changed(params (string Path, string Text)[] files) =>
        PolicySnapshot.Load([
            .. PolicyFolder
                .Read(Repository.PathOf("policies"))
                .Where(file => files.All(other => other.Path != file.Path))
                .Concat(files.Select(file => new PolicyFile(file.Path, System.Text.Encoding.UTF8.GetBytes(file.Text)))),
        ]);
}
