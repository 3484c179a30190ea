using Governance.Api.Storage;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;

namespace Governance.Api.Features.Suppression;

/// <summary>The suppression list, and how it grows. Nothing leaves it.</summary>
internal interface ISuppressions : ISuppressionList
{
    /// <summary>How many identifiers are suppressed.</summary>
    int Count { get; }

    /// <summary>Loads the list into memory. At start, before the first event is read.</summary>
    Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds identifiers within the caller's <see cref="IStateStore.WriteAsync{T}"/>; they are in force when that call returns. One
    /// that is on the list already is suppressed anew from now on: it may have begun a new relationship meanwhile.
    /// </summary>
    /// <returns>How many are new.</returns>
    Task<int> AddAsync(
        StateDbContext db,
        IReadOnlyCollection<IdentifierKey> keys,
        string requestId,
        CancellationToken cancellationToken
    );

    /// <summary>Adds identifiers in a transaction of its own; they are in force when this returns. Never inside a write.</summary>
    /// <returns>How many are new.</returns>
    Task<int> AddAsync(IReadOnlyCollection<IdentifierKey> keys, string requestId, CancellationToken cancellationToken);
}
