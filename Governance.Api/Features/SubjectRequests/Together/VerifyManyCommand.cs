using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Together;

/// <summary>Verifies many requests at once: each table is looked at once for all of them.</summary>
internal sealed record VerifyManyCommand(ManyBody Body, string Actor) : IRequest<Result<ManyAnswer>>;

internal sealed class VerifyManyHandler(
    SubjectRequestStore requests,
    RequestPlanner planner,
    Verifications verifications
) : IRequestHandler<VerifyManyCommand, Result<ManyAnswer>>
{
    public async Task<Result<ManyAnswer>> Handle(VerifyManyCommand request, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<Guid, Result>();
        List<SubjectRequest> possible = [];
        foreach (var id in request.Body.Ids.Distinct())
        {
            if (await requests.FindAsync(id, cancellationToken) is not { } found)
            {
                answers.Add(id, SubjectRequestFailures.Unknown);
            }
            else if (!RequestActs.PossibleIn(found.State).Contains(RequestAct.Verify))
            {
                answers.Add(id, SubjectRequestFailures.NotPossible(RequestAct.Verify, found.State));
            }
            else
            {
                possible.Add(found);
            }
        }

        foreach (var kind in possible.GroupBy(found => found.Subject, StringComparer.Ordinal))
        {
            Person[] people = [.. kind.Select(Person.Of)];
            var plannings = await planner.PlanAsync([.. kind], people, cancellationToken);
            foreach (var ((before, person), planning) in kind.Zip(people).Zip(plannings))
            {
                var answer = await verifications.KeepAsync(
                    before,
                    person,
                    planning,
                    request.Actor,
                    request.Body.Reason,
                    cancellationToken
                );
                answers.Add(before.Id, answer);
            }
        }

        return await ManyAnswer.OfAsync(requests, answers, cancellationToken);
    }
}
