using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Tables in which nothing can be found any more: somebody dropped or renamed them, or took the key column away, after the plan was made.
/// A count of 0 in one of them is no proof.
/// </summary>
internal sealed class LostTables(IContractCatalogSource contracts, IWarehouse warehouse)
{
    /// <summary>Of some items' tables, those that are lost, each with a stable code.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(
        IEnumerable<RequestItem> items,
        CancellationToken cancellationToken
    )
    {
        var lost = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items.DistinctBy(item => item.Dataset, StringComparer.Ordinal))
        {
            if (ItemTable.Find(contracts.Current, item) is not { } table)
            {
                continue;
            }

            switch (await warehouse.FindReachAsync(table.Dataset, table.Columns, cancellationToken))
            {
                case TableReach.NoTable:
                    lost.Add(item.Dataset, "table_missing");
                    break;
                case TableReach.NoColumn:
                    lost.Add(item.Dataset, "key_column_missing");
                    break;
                default:
                    break;
            }
        }

        return lost;
    }
}
