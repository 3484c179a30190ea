using Governance.Api.Storage;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Recipients;

/// <summary>Tells those who got a person's data what has become of it (GDPR Art. 19). Every type of request tells through here.</summary>
internal interface IRecipientNotices
{
    /// <summary>
    /// Puts a notice for each configured recipient into the outbox, within the caller's <see cref="IStateStore.WriteAsync{T}"/>: it is
    /// sent where, and only where, that write commits. Putting the same act of the same request again adds nothing.
    /// </summary>
    /// <returns>How many recipients are told.</returns>
    Task<int> AddAsync(StateDbContext db, RecipientNotice notice, CancellationToken cancellationToken);

    /// <summary>Puts one notice for one address into the outbox, for a sender of another feature; as <see cref="AddAsync"/>.</summary>
    Task AddOneAsync(StateDbContext db, AddressedNotice notice, CancellationToken cancellationToken);
}

/// <summary>What recipients are told. No plain value: they know the person by the surrogates that they got.</summary>
/// <param name="RequestId">The subject request.</param>
/// <param name="Act">What was done: <c>erased</c>, <c>rectified</c>, <c>restricted</c>, <c>restriction_lifted</c>.</param>
/// <param name="Type">The request's type.</param>
/// <param name="Subject">The kind of person.</param>
/// <param name="State">How the request ended.</param>
/// <param name="Identifiers">The person's own identifiers.</param>
internal sealed record RecipientNotice(
    Guid RequestId,
    string Act,
    string Type,
    string Subject,
    string State,
    IReadOnlyCollection<LinkedIdentifier> Identifiers
);

/// <summary>A notice for one address.</summary>
/// <param name="RequestId">The subject request.</param>
/// <param name="Act">What happened; once for each recipient and address.</param>
/// <param name="Kind">The sender's kind.</param>
/// <param name="Recipient">Who gets it.</param>
/// <param name="Target">Where.</param>
/// <param name="Body">What is sent, JSON.</param>
internal sealed record AddressedNotice(
    Guid RequestId,
    string Act,
    string Kind,
    string Recipient,
    string Target,
    string Body
);
