using Governance.Masking.Contracts;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>The catalog in force, replaced whole: a reader sees all of a publication or nothing of it.</summary>
internal sealed class ContractCatalogSource : IContractCatalogSource
{
    private readonly Lock _gate = new();
    private volatile ContractCatalog _current = ContractCatalog.Empty;
    private long _publication = -1;

    /// <inheritdoc/>
    public ContractCatalog Current => _current;

    /// <summary>The number of its newest publication.</summary>
    public long Publication => Volatile.Read(ref _publication);

    /// <summary>Puts a catalog in force, unless a later publication already is.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="publication">The number of its newest publication.</param>
    public void Replace(ContractCatalog catalog, long publication)
    {
        lock (_gate)
        {
            if (publication >= _publication)
            {
                _current = catalog;
                Volatile.Write(ref _publication, publication);
            }
        }
    }
}
