using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>An item's table, as the contracts in force describe it.</summary>
internal static class ItemTable
{
    /// <summary>The table and the item's columns in it; <see langword="null"/> where no contract has them any more.</summary>
    public static ScopedDataset? Find(ContractCatalog catalog, RequestItem item)
    {
        if (catalog.FindDataset(item.Dataset) is not { } dataset)
        {
            return null;
        }

        Column[] columns =
        [
            .. dataset.AllColumns().Where(column => item.Columns.Contains(column.Path, StringComparer.Ordinal)),
        ];
        return columns.Length == item.Columns.Count ? new ScopedDataset(dataset, [.. columns]) : null;
    }
}
