using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Api.Features.SubjectRequests.Extend;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Lift;
using Governance.Api.Features.SubjectRequests.Refuse;
using Governance.Api.Features.SubjectRequests.Together;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Api.Features.SubjectRequests.Waive;
using Governance.Api.Features.SubjectRequests.Withdraw;
using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>What a data protection officer does to a request; each answers how the request stands afterwards.</summary>
internal static class SubjectRequestActEndpoints
{
    public static void MapActs(this IEndpointRouteBuilder endpoints)
    {
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/verify",
                (Guid id, VerifyBody? body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(
                        mediator,
                        new VerifyCommand(id, actor.Id, body?.Reason, body?.SamePerson),
                        id,
                        cancellationToken
                    )
            ),
            "The person is who they say: makes the plan"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/approve",
                (Guid id, ActBody? body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new ApproveCommand(id, actor.Id, body?.Reason), id, cancellationToken)
            ),
            "Freezes the plan and carries it out"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/refuse",
                (Guid id, RefuseBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new RefuseCommand(id, body.Reason, actor.Id), id, cancellationToken)
            ),
            "Refuses the request, with the reason"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/extend",
                (Guid id, ExtendBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new ExtendCommand(id, body.Reason, actor.Id), id, cancellationToken)
            ),
            "Takes two further months, with the reason that the person is told inside the first"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/waive",
                (Guid id, WaiveBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new WaiveCommand(id, body, actor.Id), id, cancellationToken)
            ),
            "Says why a table that no path reaches needs not be reached"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/hold",
                (Guid id, HoldBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new HoldCommand(id, body, actor.Id), id, cancellationToken)
            ),
            "Keeps the person's rows from being erased, in some tables or in all"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/release",
                (Guid id, ReleaseBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new ReleaseCommand(id, body, actor.Id), id, cancellationToken)
            ),
            "Ends holds, and carries out what they delayed"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/encrypt-to",
                (Guid id, EncryptToBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new EncryptToCommand(id, body, actor.Id), id, cancellationToken)
            ),
            "Says what the archive of an access or portability request is encrypted to, before the approval"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/lift",
                (Guid id, LiftBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new LiftCommand(id, body.Reason, actor.Id), id, cancellationToken)
            ),
            "Lifts a restriction, or takes an objection back: the rows are shown again"
        );
        Describe(
            endpoints.MapPost(
                $"{SubjectRequestAddresses.One}/withdraw",
                (Guid id, ActBody? body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    AnswerAsync(mediator, new WithdrawCommand(id, actor.Id, body?.Reason), id, cancellationToken)
            ),
            "Takes the request back"
        );
    }

    /// <summary>The same for many requests at once.</summary>
    public static void MapActsOnMany(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapPost(
                $"{SubjectRequestAddresses.Root}/verify",
                async (ManyBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new VerifyManyCommand(body, actor.Id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo)
            .WithTags("Subject requests")
            .WithSummary("Verifies many requests, and makes their plans together")
            .Produces<ManyAnswer>();
        endpoints
            .MapPost(
                $"{SubjectRequestAddresses.Root}/approve",
                async (ManyBody body, Actor actor, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ApproveManyCommand(body, actor.Id), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo)
            .WithTags("Subject requests")
            .WithSummary("Approves many requests, each by its own plan")
            .Produces<ManyAnswer>();
    }

    private static async Task<IResult> AnswerAsync(
        IMediator mediator,
        IRequest<Result> command,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        var result = await mediator.Send(command, cancellationToken);
        return result.Failure is null
            ? (await mediator.Send(new GetQuery(id), cancellationToken)).ToHttp()
            : result.ToHttp();
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) =>
        endpoint
            .RequireRoles(Roles.Dpo)
            .WithTags("Subject requests")
            .WithSummary(summary)
            .Produces<SubjectRequestView>();
}
