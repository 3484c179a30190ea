using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Verify;

/// <summary>The person is who they say: finds their identifiers, and makes the plan.</summary>
/// <param name="Id">The request.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="Reason">How it was checked.</param>
/// <param name="SamePerson">How many registrations are known to be this person's; <see langword="null"/> for what was known before, at first one.</param>
internal sealed record VerifyCommand(Guid Id, string Actor, string? Reason = null, int? SamePerson = null)
    : IRequest<Result>;

internal sealed class VerifyHandler(SubjectRequestStore requests, RequestPlanner planner, Verifications verifications)
    : IRequestHandler<VerifyCommand, Result>
{
    public async Task<Result> Handle(VerifyCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } before)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (!RequestActs.PossibleIn(before.State).Contains(RequestAct.Verify))
        {
            return SubjectRequestFailures.NotPossible(RequestAct.Verify, before.State);
        }

        // Looking takes its time, so it is not done inside the write; the version tells whether somebody was faster.
        var person = Person.Of(before);
        person = person with { MostIdentities = request.SamePerson ?? person.MostIdentities };
        var planning = await planner.PlanAsync(before, person, cancellationToken);
        return await verifications.KeepAsync(
            before,
            person,
            planning,
            request.Actor,
            request.Reason,
            cancellationToken
        );
    }
}
