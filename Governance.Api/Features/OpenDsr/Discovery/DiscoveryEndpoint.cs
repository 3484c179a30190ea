using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Features.SubjectRequests;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Discovery;

/// <summary>What this service takes by the protocol.</summary>
internal sealed record Discovered(
    string ApiVersion,
    IReadOnlyList<DiscoveredIdentity> SupportedIdentities,
    IReadOnlyList<string> SupportedSubjectRequestTypes,
    string ProcessorCertificate
);

/// <summary>An identity type and the format that it is taken in.</summary>
internal sealed record DiscoveredIdentity(string IdentityType, string IdentityFormat);

internal static class DiscoveryEndpoint
{
    public static void MapDiscovery(
        this IEndpointRouteBuilder endpoints,
        Func<IOptions<OpenDsrOptions>, IResult?> closed
    )
    {
        endpoints
            .MapGet(
                "/v2/discovery",
                (IOptions<OpenDsrOptions> options, ISubjectRequestDesk desk, OpenDsrAnswers answers) =>
                    closed(options)
                    ?? answers.Signed(
                        new Discovered(
                            OpenDsrAnswers.Version,
                            [
                                .. options
                                    .Value.Identities.Keys.Order(StringComparer.Ordinal)
                                    .Select(type => new DiscoveredIdentity(type, "raw")),
                            ],
                            [.. desk.Types.Where(type => type is "erasure" or "access" or "portability")],
                            $"https://{options.Value.Domain}/v2/certificate"
                        ),
                        StatusCodes.Status200OK
                    )
            )
            .AllowAnonymous()
            .WithTags("OpenDSR")
            .WithSummary("OpenDSR 2.0: what this service takes by the protocol");
        endpoints
            .MapGet(
                "/v2/certificate",
                (IOptions<OpenDsrOptions> options, OpenDsrCertificate certificate) =>
                    closed(options) ?? TypedResults.Text(certificate.Pem, "application/x-pem-file")
            )
            .AllowAnonymous()
            .WithTags("OpenDSR")
            .WithSummary("OpenDSR 2.0: the certificate that answers and callbacks are signed by");
    }
}
