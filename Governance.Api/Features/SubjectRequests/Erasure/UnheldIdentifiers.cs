using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Tells which identifiers no row of any table holds any more: their vault rows mean nothing to anybody. A neighbour's phone number stays.</summary>
internal sealed class UnheldIdentifiers(IContractCatalogSource contracts, IWarehouse warehouse)
{
    /// <summary>Of some identifiers, those that nothing holds. Ask inside the write gate, else rows may land meanwhile.</summary>
    public async Task<IReadOnlySet<LinkedIdentifier>> AmongAsync(
        IEnumerable<LinkedIdentifier> identifiers,
        CancellationToken cancellationToken
    )
    {
        var unheld = identifiers.ToHashSet();
        foreach (var dataset in contracts.Current.Datasets)
        {
            foreach (var domain in unheld.GroupBy(one => one.Domain, StringComparer.Ordinal).ToArray())
            {
                Column[] columns = [.. dataset.Identifiers().Where(column => column.Identifier == domain.Key)];
                if (columns.Length > 0)
                {
                    unheld.ExceptWith(await warehouse.StillHeldAsync(dataset, columns, [.. domain], cancellationToken));
                }
            }
        }

        return unheld;
    }
}
