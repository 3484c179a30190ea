using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Recipients.Acknowledge;

internal static class NoticeActEndpoints
{
    private const string One = "/recipients/{name}/notifications/{id:guid}";

    public static void MapNoticeActs(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapPost(
                $"{One}/acknowledge",
                async (string name, Guid id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new AcknowledgeCommand(name, id, actor.Id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Pipeline)
            .WithTags("Recipients")
            .WithSummary("A recipient has done its part")
            .Produces(StatusCodes.Status204NoContent);
        endpoints
            .MapPost(
                $"{One}/retry",
                async (string name, Guid id, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new RetryCommand(name, id, actor.Id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo)
            .WithTags("Recipients")
            .WithSummary("Sends a notification anew that was given up")
            .Produces(StatusCodes.Status204NoContent);
    }
}
