using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>A table as it is made, and as it is found.</summary>
/// <param name="Name">Its id in the warehouse's dataset.</param>
internal sealed record BigQueryTable(string Name)
{
    public ImmutableArray<BigQueryField> Fields { get; init; } = [];

    public string Description { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The column whose day a row's partition is; <see langword="null"/> for a table in one piece.</summary>
    public string? PartitionedBy { get; init; }

    /// <summary>Columns that rows are sorted by, at most four.</summary>
    public ImmutableArray<string> Clustering { get; init; } = [];
}
