using Governance.Api.Features.Ledger;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>Ends a request without touching any data: it is refused, or taken back.</summary>
internal sealed class RequestEnding(SubjectRequestStore requests, TimeProvider time)
{
    /// <summary>Ends it, where the act is possible in its state.</summary>
    /// <param name="id">The request.</param>
    /// <param name="act">What is done to it.</param>
    /// <param name="state">How it ends; also the ledger's word for it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="why">Why, for its history.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    public async Task<Result> EndAsync(
        Guid id,
        RequestAct act,
        RequestState state,
        string actor,
        string? why,
        CancellationToken cancellationToken
    )
    {
        if (await requests.FindAsync(id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            id,
            async (db, current) =>
            {
                if (!RequestActs.PossibleIn(current.State).Contains(act))
                {
                    return SubjectRequestFailures.NotPossible(act, current.State);
                }

                current.Move(state, actor, time.GetUtcNow(), why);
                await requests.RecordAsync(db, current, actor, state.Name(), LedgerDetails.None, cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );
    }
}
