namespace Governance.Api.Features.Recipients;

/// <summary>One way to send notices.</summary>
internal interface INoticeSender
{
    /// <summary>The kind of recipient that it serves.</summary>
    string Kind { get; }

    /// <summary>Whether its recipients say by a call of their own that they have done their part.</summary>
    /// <param name="recipient">The recipient.</param>
    bool AwaitsAcknowledgement(string recipient);

    /// <summary>Sends. The same notice may come again, with the same id.</summary>
    Task<SendOutcome> SendAsync(OutgoingNotice notice, CancellationToken cancellationToken);
}

/// <summary>A notice to send.</summary>
/// <param name="Id">The same at every try: by it a recipient knows one that it has had.</param>
/// <param name="RequestId">The subject request.</param>
/// <param name="Recipient">Who gets it.</param>
/// <param name="Target">Where, if the recipient's own settings do not say.</param>
/// <param name="Body">JSON, UTF-8.</param>
internal sealed record OutgoingNotice(Guid Id, Guid RequestId, string Recipient, string? Target, string Body);

/// <summary>How a try ended.</summary>
/// <param name="Code">Why it failed: a stable code; <see langword="null"/> where it was received.</param>
/// <param name="IsFinal">Whether trying again is of no use.</param>
internal sealed record SendOutcome(string? Code, bool IsFinal = false)
{
    public static SendOutcome Received { get; } = new(Code: null);
}
