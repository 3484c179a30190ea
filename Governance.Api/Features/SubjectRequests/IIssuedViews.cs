using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>The views that grants were issued as. Whoever keeps the grants registers it.</summary>
internal interface IIssuedViews
{
    /// <summary>Brings the views of a dataset to what they may show now (<see cref="Access.IRowExclusions"/>).</summary>
    Task ReissueAsync(string dataset, CancellationToken cancellationToken);

    /// <summary>Counts through every view of a dataset that is in force: rows in all, and those that hold a key of a set.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="columns">The columns that a key is looked for in.</param>
    /// <param name="keySet">The key set.</param>
    /// <param name="cancellationToken">Stops counting.</param>
    Task<IReadOnlyList<VisibleCount>> CountAsync(
        Dataset dataset,
        ImmutableArray<Column> columns,
        string keySet,
        CancellationToken cancellationToken
    );
}

/// <summary>What one view shows.</summary>
/// <param name="View">Its name.</param>
/// <param name="Purpose">What it was granted for.</param>
/// <param name="IsVerified">Whether the warehouse says that the view stands as it was granted, and leaves out whom it must.</param>
/// <param name="Rows">Rows that it shows.</param>
/// <param name="Matched">Those of them that hold a key.</param>
internal sealed record VisibleCount(string View, string Purpose, bool IsVerified, long Rows, long Matched);

/// <summary>Nobody keeps grants: no view was issued.</summary>
internal sealed class NoIssuedViews : IIssuedViews
{
    public Task ReissueAsync(string dataset, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<VisibleCount>> CountAsync(
        Dataset dataset,
        ImmutableArray<Column> columns,
        string keySet,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<VisibleCount>>([]);
}
