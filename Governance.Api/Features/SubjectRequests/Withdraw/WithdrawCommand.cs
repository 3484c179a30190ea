using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Withdraw;

/// <summary>The person takes the request back, or it was made in error.</summary>
internal sealed record WithdrawCommand(Guid Id, string Actor, string? Reason = null) : IRequest<Result>;

internal sealed class WithdrawHandler(SubjectRequestStore requests, TimeProvider time)
    : IRequestHandler<WithdrawCommand, Result>
{
    public async Task<Result> Handle(WithdrawCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (!RequestActs.PossibleIn(current.State).Contains(RequestAct.Withdraw))
                {
                    return SubjectRequestFailures.NotPossible(RequestAct.Withdraw, current.State);
                }

                current.Move(RequestState.Withdrawn, request.Actor, time.GetUtcNow(), request.Reason);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "withdrawn",
                    LedgerDetails.None,
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
    }
}
