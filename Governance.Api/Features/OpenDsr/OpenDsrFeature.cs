using Governance.Api.Configuration;
using Governance.Api.Features.OpenDsr.Discovery;
using Governance.Api.Features.OpenDsr.Requests;
using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Features.OpenDsr.Status;
using Governance.Api.Features.Recipients;
using Governance.Api.Http;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr;

/// <summary>OpenDSR 2.0 at the edge, mapped onto subject requests.</summary>
internal static class OpenDsrFeature
{
    private static readonly Failure NotOffered = Failure.NotOffered(
        "opendsr_not_offered",
        "This installation does not take requests by OpenDSR.",
        "POST /subject-requests takes them; or set Governance:OpenDsr:Domain, a certificate and the identities."
    );

    public static void AddOpenDsrFeature(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<OpenDsrOptions>(OpenDsrOptions.SectionName);
        services.AddSingleton<OpenDsrCertificate>();
        services.AddSingleton<OpenDsrAnswers>();
        services.AddSingleton<OpenDsrDesk>();
        services.AddSingleton<INoticeSender, CallbackSender>();
        services.AddStartupStep<OpenDsrCertificate>(
            (certificate, cancellationToken) => certificate.LoadAsync(cancellationToken)
        );
        builder.AddWorker<StatusWatch>(ServiceRole.Scheduler);
    }

    public static void MapOpenDsrFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapDiscovery(Closed);
        endpoints.MapOpenDsrRequests(Closed);
    }

    private static IResult? Closed(IOptions<OpenDsrOptions> options) =>
        options.Value.IsOffered ? null : Problem.From(NotOffered);
}
