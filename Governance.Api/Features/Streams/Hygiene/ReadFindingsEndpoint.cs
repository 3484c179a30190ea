using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Streams.Hygiene;

internal static class ReadFindingsEndpoint
{
    public static void MapReadFindings(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/streams/findings",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ReadFindings(), cancellationToken)).ToHttp()
            )
            .Produces<FindingsAnswer>()
            .RequireRoles(Roles.Pipeline, Roles.Admin, Roles.Dpo, Roles.Auditor)
            .WithTags("Streams")
            .WithSummary("Compares how raw topics are set with what their contracts demand");
}
