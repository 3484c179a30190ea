using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Policies.Warehouse;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Lift;

/// <summary>Lifts a restriction, or takes an objection back.</summary>
internal sealed record LiftCommand(Guid Id, string Reason, string Actor) : IRequest<Result>;

internal sealed class LiftHandler(
    SubjectRequestStore requests,
    FulfilEnd end,
    IWarehouse warehouse,
    FulfilSignal signal,
    TimeProvider time
) : IRequestHandler<LiftCommand, Result>
{
    public async Task<Result> Handle(LiftCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        var lifted = await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (Refusal(current) is { } refusal)
                {
                    return refusal;
                }

                var limit = current.Limit!;
                (limit.LiftedAt, limit.LiftedBy, limit.LiftReason) = (time.GetUtcNow(), request.Actor, request.Reason);
                current.Note("lifted", request.Actor, time.GetUtcNow(), request.Reason);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "lifted",
                    new LedgerDetails { { "purposes", string.Join(',', limit.Purposes) } },
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
        if (lifted.Failure is null)
        {
            await ShowAsync(request.Id, cancellationToken);
        }

        return lifted;
    }

    private static Failure? Refusal(SubjectRequest request) =>
        request switch
        {
            _ when !RequestTypes.IsLimit(request.Type) => Failure.Conflict(
                "nothing_to_lift",
                $"A request of type '{request.Type}' limits nothing.",
                "Lift a restriction or an objection."
            ),
            { Limit.LiftedAt: not null } => Failure.Conflict(
                "lifted_already",
                "It is lifted already.",
                "Read the request for when, by whom and why."
            ),
            { Limit: null } => Failure.Conflict(
                "nothing_to_lift",
                $"The request is '{request.State.Name()}', and limits nothing yet.",
                request.State.IsFinal()
                    ? "Read the request for how it ended."
                    : "Refuse or withdraw it, as far as its state allows."
            ),
            _ when !request.State.IsFinal() => Failure.Conflict(
                "not_possible_now",
                $"The request is '{request.State.Name()}': it is being put in force.",
                "Lift it once it is completed."
            ),
            _ => null,
        };

    // With the keys the rows are back in every view. Where the warehouse is away, the worker goes on.
    private async Task ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
            await end.DropKeysAsync(await requests.GetAsync(id, cancellationToken), cancellationToken);
        }
        catch (WarehouseException)
        {
            signal.Set();
        }
    }
}
