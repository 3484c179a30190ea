using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Report;

internal static class ReportEndpoint
{
    public static void MapReport(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/reports/subject-requests",
                async (DateOnly? from, DateOnly? to, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ReportQuery(from, to), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor)
            .WithTags("Subject requests")
            .WithSummary("How the requests that were received in a period were answered: counts, days, what was late")
            .Produces<SubjectRequestReport>();
}
