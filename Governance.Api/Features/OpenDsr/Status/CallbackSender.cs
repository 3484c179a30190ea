using System.Net.Http.Headers;
using System.Text;
using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Features.Recipients;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Status;

/// <summary>Sends a controller's callback, signed by the certificate.</summary>
internal sealed class CallbackSender(
    INoticeClient client,
    OpenDsrCertificate certificate,
    IOptions<OpenDsrOptions> options
) : INoticeSender
{
    public const string CallbackKind = "opendsr";

    public string Kind => CallbackKind;

    public bool AwaitsAcknowledgement(string recipient) => false;

    public async Task<SendOutcome> SendAsync(OutgoingNotice notice, CancellationToken cancellationToken)
    {
        var address = new Uri(notice.Target!);
        if (
            !options.Value.IsOffered
            || !options.Value.CallbackHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase)
        )
        {
            // Agreed on when the request came, and no longer.
            return new SendOutcome("not_configured", IsFinal: true);
        }

        var body = Encoding.UTF8.GetBytes(notice.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        request.Headers.Add(OpenDsrAnswers.DomainHeader, options.Value.Domain);
        request.Headers.Add(OpenDsrAnswers.SignatureHeader, certificate.Sign(body));
        return await client.SendAsync(request, cancellationToken);
    }
}
