using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Features.SubjectRequests.Withdraw;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Desk;

/// <summary>Hands on to the use cases themselves, so that whatever holds for a call of the API holds here.</summary>
internal sealed class SubjectRequestDesk(SubjectRequestStore requests, LegalClock clock, IServiceScopeFactory scopes)
    : ISubjectRequestDesk
{
    public IReadOnlyList<string> Types => [RequestTypes.Erasure, RequestTypes.Access, RequestTypes.Portability];

    public async Task<Result<DeskRequest>> SubmitAsync(
        DeskSubmission submission,
        string actor,
        ISubmitCompanion companion,
        CancellationToken cancellationToken
    )
    {
        var body = new SubmitBody
        {
            Type = submission.Type,
            Subject = submission.Subject,
            Claims =
            [
                .. submission.Claims.Select(claim => new ClaimBody { Domain = claim.Domain, Value = claim.Value }),
            ],
            ReceivedAt = submission.ReceivedAt,
            Channel = submission.Channel,
        };
        var answer = await SendAsync(new SubmitCommand(body, actor) { Companion = companion }, cancellationToken);
        return answer.IsOk ? (await FindAsync(answer.Value.Id, cancellationToken))! : answer.Failure;
    }

    public async Task<DeskRequest?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(id, cancellationToken) is not { } request)
        {
            return null;
        }

        // A duplicate's answer is the answer of the request that has its claims.
        var answering = request.DuplicateOf is { } other ? await requests.GetAsync(other, cancellationToken) : request;
        var due = clock.DueOn(answering.ReceivedAt, answering.ExtendedAt is not null);
        return new DeskRequest(
            request.Id,
            Phase(answering.State),
            answering.State.Name(),
            request.ReceivedAt,
            request.SubmittedAt,
            clock.StartOf(due.PlusDays(1)).AddSeconds(-1)
        );
    }

    public Task<Result> WithdrawAsync(Guid id, string actor, string why, CancellationToken cancellationToken) =>
        SendAsync(new WithdrawCommand(id, actor, why), cancellationToken);

    private async Task<T> SendAsync<T>(IRequest<T> command, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, cancellationToken);
    }

    private static DeskPhase Phase(RequestState state) =>
        state switch
        {
            RequestState.Completed or RequestState.CompletedWithRetention => DeskPhase.Done,
            RequestState.Refused or RequestState.Withdrawn => DeskPhase.Ended,
            _ when RequestActs.PossibleIn(state).Contains(RequestAct.Withdraw) => DeskPhase.Waiting,
            RequestState.Verified => DeskPhase.Waiting,
            _ => DeskPhase.Working,
        };
}
