namespace Governance.Api.Features.SubjectRequests;

/// <summary>Who was told of a request's end (GDPR Art. 19), for the request's view.</summary>
internal interface INotifiedRecipients
{
    /// <summary>The notices of a request, in the order in which they were made.</summary>
    Task<IReadOnlyList<NotifiedRecipient>> OfAsync(Guid requestId, CancellationToken cancellationToken);
}

/// <summary>A recipient, and how telling it stands.</summary>
/// <param name="Name">The recipient, as the settings name it.</param>
/// <param name="Kind"><c>webhook</c>, <c>kafka</c>, …</param>
/// <param name="Notification">The notice's id, the same at every try.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c>, <c>acknowledged</c> or <c>failed</c>.</param>
/// <param name="At">When it came to that state.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Code">Why it failed, or is still tried: a stable code.</param>
/// <param name="NextAt">When it is tried again, or given up; <see langword="null"/> where nothing is open.</param>
internal sealed record NotifiedRecipient(
    string Name,
    string Kind,
    Guid Notification,
    string State,
    DateTimeOffset At,
    int Attempts,
    string? Code,
    DateTimeOffset? NextAt
);
