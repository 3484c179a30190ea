using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Keeps a person's rows from being erased, in some tables or in all, until a time or a release.</summary>
internal sealed record HoldCommand(Guid Id, HoldBody Body, string Actor) : IRequest<Result>;

internal sealed class HoldHandler(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    HeldAliases aliases,
    TimeProvider time
) : IRequestHandler<HoldCommand, Result>
{
    public async Task<Result> Handle(HoldCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (Refusal(request.Body) is { } refusal)
        {
            return refusal;
        }

        // In force at once, for what is known already: looking for the person's other aliases may have to wait for a batch that runs.
        var holdId = Guid.CreateVersion7(time.GetUtcNow());
        var placed = await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (current.State.IsFinal())
                {
                    return Failure.Conflict(
                        "not_possible_now",
                        $"'hold' is not possible while the request is '{current.State.Name()}'. It is final: nothing is left to hold.",
                        "Place the hold through a request that is open."
                    );
                }

                await PlaceAsync(db, current, holdId, request, cancellationToken);
                return Result.Ok;
            },
            cancellationToken
        );
        if (placed.Failure is null)
        {
            await aliases.AddAsync(request.Id, holdId, cancellationToken);
        }

        return placed;
    }

    private Failure? Refusal(HoldBody body)
    {
        var catalog = contracts.Current;
        List<Fault> faults =
        [
            .. (body.Datasets ?? [])
                .Select((name, at) => (name, at))
                .Where(one => catalog.FindDataset(one.name) is null)
                .Select(one => new Fault(
                    $"datasets[{one.at}]",
                    "unknown_dataset",
                    "No contract names this dataset. GET /datasets lists them."
                )),
        ];
        if (body.Until is { } until && until <= time.GetUtcNow())
        {
            faults.Add(new Fault("until", "out_of_range", "A hold ends in the future."));
        }

        return faults.Count == 0
            ? null
            : Failure.Invalid(
                "invalid_request",
                "The hold has faults; nothing is held.",
                "Mend what the faults name, and send it again.",
                faults
            );
    }

    private async Task PlaceAsync(
        StateDbContext db,
        SubjectRequest request,
        Guid holdId,
        HoldCommand command,
        CancellationToken cancellationToken
    )
    {
        var hold = new LegalHold
        {
            Id = holdId,
            RequestId = request.Id,
            Datasets = [.. (command.Body.Datasets ?? []).Distinct(StringComparer.Ordinal)],
            Reason = command.Body.Reason.Trim(),
            Until = command.Body.Until?.ToUniversalTime(),
            PlacedAt = time.GetUtcNow(),
            PlacedBy = command.Actor,
        };
        hold.TooLateFor.AddRange(
            request
                .Items.Where(item => item.BeganAt is not null && hold.Covers(item.Dataset))
                .Select(item => item.Dataset)
        );
        hold.Extend(request.Claims.Select(claim => claim.Key));
        db.Add(hold);
        request.Note("held", command.Actor, time.GetUtcNow(), hold.Reason);
        await requests.RecordAsync(
            db,
            request,
            command.Actor,
            "held",
            new LedgerDetails
            {
                { "hold", holdId.ToString() },
                { "tables", hold.Datasets.Count == 0 ? "*" : string.Join(',', hold.Datasets) },
                { "too_late_for", hold.TooLateFor.Count },
            },
            cancellationToken
        );
    }
}
