using Governance.Api.Storage;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>
/// What follows an erasure beside its own tables: compacted topics, recipients, what a restored backup must be held against. All that
/// are registered are asked, in no promised order.
/// </summary>
internal interface IErasureAftermath
{
    /// <summary>
    /// Before the first vault row is destroyed: the last moment at which what a surrogate stands for can be read. Whatever it throws stops
    /// the erasure here, to be tried again; after a stop it runs again, so doing it twice must do no harm.
    /// </summary>
    Task BeforeDestructionAsync(ErasedPerson erased, CancellationToken cancellationToken);

    /// <summary>Within the transaction that completes the request: either both are kept, or neither.</summary>
    Task CompletingAsync(StateDbContext db, ErasedPerson erased, CancellationToken cancellationToken);
}

/// <summary>Whom an erasure is about, by surrogates that mean nothing once it has ended.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">The kind of person.</param>
/// <param name="Owned">The person's own identifiers.</param>
/// <param name="Unheld">What the person's rows shared, and no row holds any more; empty before the destruction.</param>
/// <param name="State">How it ended; <see langword="null"/> before the destruction.</param>
internal sealed record ErasedPerson(
    Guid RequestId,
    string Type,
    string Subject,
    IReadOnlyCollection<LinkedIdentifier> Owned,
    IReadOnlyCollection<LinkedIdentifier> Unheld,
    string? State
);
