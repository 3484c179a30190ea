namespace Governance.Api.Features.Recipients;

/// <summary>Sends a notice's request where it says, and nowhere else: redirections are not followed, and nothing but the status is read.</summary>
internal interface INoticeClient
{
    /// <summary>Sends.</summary>
    Task<SendOutcome> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken);
}
