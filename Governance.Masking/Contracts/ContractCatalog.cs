using System.Collections.Frozen;

namespace Governance.Masking.Contracts;

/// <summary>The contracts in force; an immutable snapshot. Looked up by topic and by dataset name.</summary>
public sealed class ContractCatalog
{
    private readonly FrozenDictionary<string, Contract> _contracts;
    private readonly FrozenDictionary<string, Dataset> _byName;
    private readonly FrozenDictionary<string, Dataset> _byTopic;

    /// <summary>Makes a catalog.</summary>
    /// <param name="contracts">Contracts that hold no fault; ids, dataset names and topics are unique among them.</param>
    /// <exception cref="ArgumentException">Two contracts, datasets or topics have one name.</exception>
    public ContractCatalog(IEnumerable<Contract> contracts)
    {
        _contracts = contracts.ToFrozenDictionary(contract => contract.Id, StringComparer.Ordinal);
        var datasets = _contracts.Values.SelectMany(contract => contract.Datasets).ToArray();
        _byName = datasets.ToFrozenDictionary(dataset => dataset.Name, StringComparer.Ordinal);
        _byTopic = datasets.ToFrozenDictionary(dataset => dataset.Topic, StringComparer.Ordinal);
    }

    /// <summary>A catalog that holds nothing.</summary>
    public static ContractCatalog Empty { get; } = new([]);

    /// <summary>All contracts, by id.</summary>
    public IEnumerable<Contract> Contracts =>
        _contracts.Values.OrderBy(contract => contract.Id, StringComparer.Ordinal);

    /// <summary>All datasets, by name.</summary>
    public IEnumerable<Dataset> Datasets => _byName.Values.OrderBy(dataset => dataset.Name, StringComparer.Ordinal);

    /// <summary>The contract with this id, or <see langword="null"/>.</summary>
    public Contract? FindContract(string id) => _contracts.GetValueOrDefault(id);

    /// <summary>The dataset with this name, or <see langword="null"/>.</summary>
    public Dataset? FindDataset(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The dataset that this topic becomes, or <see langword="null"/>.</summary>
    public Dataset? FindTopic(string topic) => _byTopic.GetValueOrDefault(topic);
}

/// <summary>Holds the catalog in force; replaced whole when a contract is published.</summary>
public interface IContractCatalogSource
{
    /// <summary>The catalog in force now.</summary>
    ContractCatalog Current { get; }
}
