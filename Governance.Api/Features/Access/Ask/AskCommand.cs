using Governance.Api.Features.Access.Decide;
using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Access.Ask;

/// <summary>Asks for access: the policies decide, and what they allow is carried out.</summary>
/// <param name="Asked">What is asked for.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="Renews">The grant that is to go on.</param>
internal sealed record AskCommand(Asked Asked, Actor Actor, Grant? Renews = null) : IRequest<Result<AccessRequestView>>;

internal sealed class AskHandler(
    AccessRequestStore requests,
    GrantStore grants,
    AccessDecider decider,
    GrantMembers members,
    GrantGiving giving,
    BreakGlassAlarm alarm,
    DatasetReconciler reconciler,
    GrantSignal signal,
    IContractCatalogSource contracts,
    TimeProvider time
) : IRequestHandler<AskCommand, Result<AccessRequestView>>
{
    private const string Next =
        "POST /access-requests/preview shows what a purpose, columns and a time would come to, without asking.";

    public async Task<Result<AccessRequestView>> Handle(AskCommand command, CancellationToken cancellationToken)
    {
        var asked = command.Asked;
        if (contracts.Current.FindDataset(asked.Dataset) is not { } dataset)
        {
            return AccessFailures.UnknownDataset;
        }

        var member = members.Of(command.Actor);
        if (!member.IsOk)
        {
            return member.Failure;
        }

        var subject = PolicySubjects.Of(command.Actor);
        var decided = await decider.DecideAsync(
            new AccessQuestion(subject, dataset, asked.Purpose, [.. asked.Columns], asked.Duration)
            {
                IsBreakGlass = asked.IsBreakGlass,
                Justification = asked.Justification,
                Renews = command.Renews?.Held,
            },
            cancellationToken
        );
        var request = await requests.WriteAsync(
            db => KeepAsync(db, command, dataset, member.Value, decided, cancellationToken),
            cancellationToken
        );
        if (decided.Outcome == AccessOutcome.Deny)
        {
            return command.Actor.Explain(AccessFailures.Denied("access_denied", decided.Refusals, Next));
        }

        if (request.GrantId is not { } granted)
        {
            return AccessRequestView.Of(request, null);
        }

        if (request.IsBreakGlass)
        {
            alarm.Raise(request);
        }

        signal.Set();
        await reconciler.RunForCallerAsync(dataset.Name, cancellationToken);
        return AccessRequestView.Of(request, (await grants.FindAsync(granted, cancellationToken))?.State.Name());
    }

    private async Task<AccessRequest> KeepAsync(
        StateDbContext db,
        AskCommand command,
        Dataset dataset,
        string member,
        Decided decided,
        CancellationToken cancellationToken
    )
    {
        var asked = command.Asked;
        var now = time.GetUtcNow();
        var isReviewed = decided.Decision.Obligations.Contains("review", StringComparer.Ordinal);
        var request = new AccessRequest
        {
            Id = Guid.CreateVersion7(now),
            Requester = command.Actor.Id,
            Member = member,
            Roles = [.. command.Actor.Roles],
            Groups = [.. command.Actor.Groups],
            Dataset = dataset.Name,
            OwnerTeam = dataset.OwnerTeam,
            Purpose = asked.Purpose,
            Columns = [.. asked.Columns],
            Duration = asked.Duration,
            IsBreakGlass = asked.IsBreakGlass,
            Justification = asked.Justification,
            RequestedAt = now,
            Decision = decided.Decision,
            Renews = command.Renews?.Id,
            IsReviewOpen = decided.Outcome == AccessOutcome.Allow && isReviewed,
        };
        db.Add(request);
        if (decided.Plan is null)
        {
            request.State = AccessRequestState.Denied;
        }

        await requests.RecordAsync(
            db,
            request,
            command.Actor.Id,
            decided.Outcome switch
            {
                AccessOutcome.Allow => asked.IsBreakGlass ? "break-glass" : "allowed",
                AccessOutcome.AskOwner => "asked",
                _ => "denied",
            },
            decided.Plan is null ? decided.Refusals : decided.Decision.Reasons,
            cancellationToken
        );
        if (decided.Outcome == AccessOutcome.Allow)
        {
            await giving.GiveAsync(db, request, decided, command.Actor.Id, cancellationToken);
        }

        return request;
    }
}
