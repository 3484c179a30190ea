using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Refuse;

/// <summary>Refuses a request; the reason is told to the person, with their right to complain (GDPR Art. 12(4)).</summary>
internal sealed record RefuseCommand(Guid Id, string Reason, string Actor) : IRequest<Result>;

internal sealed class RefuseHandler(SubjectRequestStore requests, TimeProvider time)
    : IRequestHandler<RefuseCommand, Result>
{
    public async Task<Result> Handle(RefuseCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (!RequestActs.PossibleIn(current.State).Contains(RequestAct.Refuse))
                {
                    return SubjectRequestFailures.NotPossible(RequestAct.Refuse, current.State);
                }

                current.Move(RequestState.Refused, request.Actor, time.GetUtcNow(), request.Reason);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "refused",
                    LedgerDetails.None,
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
    }
}
