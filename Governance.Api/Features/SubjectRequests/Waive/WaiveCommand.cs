using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Pipeline;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Waive;

/// <summary>Says that a table which no path reaches needs not be reached.</summary>
/// <param name="Dataset">The table, as the plan names it.</param>
/// <param name="Reason">Why, in 3 to 1,000 characters. Name no personal value in it.</param>
internal sealed record WaiveBody(string Dataset, string Reason);

internal sealed class WaiveValidator : IRequestValidator<WaiveCommand>
{
    public IEnumerable<Fault> Validate(WaiveCommand request)
    {
        if (request.Body.Reason?.Trim().Length is null or < 3 or > 1000)
        {
            yield return new Fault("reason", "wrong_length", "A waiver carries its reason, in 3 to 1,000 characters.");
        }
    }
}

/// <summary>Waives a table of a plan; the plan has another hash then, with who waived it and why.</summary>
internal sealed record WaiveCommand(Guid Id, WaiveBody Body, string Actor) : IRequest<Result>;

internal sealed class WaiveHandler(SubjectRequestStore requests, RequestPlanner planner, TimeProvider time)
    : IRequestHandler<WaiveCommand, Result>
{
    public async Task<Result> Handle(WaiveCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (Refusal(current, request.Body) is { } refusal)
                {
                    return refusal;
                }

                var now = time.GetUtcNow();
                var waiver = new Waiver(request.Body.Dataset, request.Body.Reason.Trim(), request.Actor, now);
                current.Waivers = [.. current.Waivers, waiver];
                current.Unreached = [.. current.Unreached.Where(table => table != waiver.Dataset)];
                current.Items.AddRange(
                    PlannedItems.Waived(current.Id, current.Items.Count, [waiver.Dataset], [waiver])
                );
                current.PlanHash = planner.CurrentHash(current);
                current.Note("waived", request.Actor, now, $"{waiver.Dataset}: {waiver.Reason}");
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "waived",
                    new LedgerDetails { { "dataset", waiver.Dataset }, { "plan", current.PlanHash ?? "" } },
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
    }

    private Failure? Refusal(SubjectRequest request, WaiveBody body) =>
        request.State is not RequestState.AwaitingApproval
            ? Failure.Conflict(
                "not_possible_now",
                $"'waive' is not possible while the request is '{request.State.Name()}'; it belongs to a plan that waits for approval.",
                "Read the request for how it stands."
            )
        : !request.Unreached.Contains(body.Dataset, StringComparer.Ordinal)
            ? Failure.Conflict(
                "not_unreached",
                "The plan has no such table that no path reaches.",
                "Read the request: plan.unreached lists them."
            )
        : planner.CurrentHash(request) != request.PlanHash
            ? Failure.Conflict(
                "contracts_changed",
                "The contracts have changed since the plan was made.",
                "Approve the request: the plan is made anew then, and can be read."
            )
        : null;
}
