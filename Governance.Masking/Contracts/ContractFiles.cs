namespace Governance.Masking.Contracts;

/// <summary>A catalog of contract files, read once.</summary>
public sealed class ContractFiles : IContractCatalogSource
{
    private ContractFiles(ContractCatalog catalog) => Current = catalog;

    /// <inheritdoc />
    public ContractCatalog Current { get; }

    /// <summary>
    /// Reads contract files, and folders that hold some, together. Foreign keys may lead to datasets of other contracts: masking
    /// does not follow them.
    /// </summary>
    /// <exception cref="StartupException">A contract has a fault; the message lists all faults of all.</exception>
    public static ContractFiles Load(IEnumerable<string> paths)
    {
        var report = new ContractLinter(new ContractReader()).LintFiles(paths, complete: false);
        return report.Faults.Count == 0
            ? new ContractFiles(new ContractCatalog(report.Contracts))
            : throw new StartupException(
                $"The contracts have faults. Mend them:{Environment.NewLine}{string.Join(Environment.NewLine, report.Faults)}"
            );
    }
}
