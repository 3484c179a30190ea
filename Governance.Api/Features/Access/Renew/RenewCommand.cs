using Governance.Api.Features.Access.Ask;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using Governance.Policies.Warehouse.Querying;
using MediatR;

namespace Governance.Api.Features.Access.Renew;

/// <summary>Asks for a grant to go on; the columns that nobody read are dropped.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Duration">For how long, from now.</param>
/// <param name="Columns">Columns that are kept though nobody read them; <see langword="null"/>: those that were read.</param>
/// <param name="Actor">Who asks.</param>
internal sealed record RenewCommand(Guid Id, TimeSpan Duration, IReadOnlyList<string>? Columns, Actor Actor)
    : IRequest<Result<AccessRequestView>>;

internal sealed class RenewHandler(
    GrantReading reading,
    IMediator mediator,
    IEnumerable<IGovernedQueries> queries,
    TimeProvider time
) : IRequestHandler<RenewCommand, Result<AccessRequestView>>
{
    public async Task<Result<AccessRequestView>> Handle(RenewCommand command, CancellationToken cancellationToken)
    {
        if (await reading.FindAsync(command.Id, command.Actor, cancellationToken) is not { } grant)
        {
            return AccessFailures.UnknownGrant;
        }

        var may = await reading.AskAsync(ApprovalAct.Renew, grant, command.Actor, cancellationToken);
        if (!may.Allowed)
        {
            return AccessFailures.Denied(
                "renewal_refused",
                may.Reasons,
                "Ask for the dataset yourself: POST /access-requests."
            );
        }

        if (!grant.IsInForce(time.GetUtcNow()))
        {
            return AccessFailures.Ended;
        }

        if (grant.IsBreakGlass)
        {
            return Failure.Conflict(
                "emergency_not_renewed",
                "An emergency is not renewed.",
                "Break the glass again, or ask for the dataset with another purpose."
            );
        }

        var columns = Kept(grant, command.Columns);
        return columns.IsOk
            ? await mediator.Send(
                new AskCommand(
                    new Asked(grant.Dataset, grant.Purpose, columns.Value, command.Duration, false, ""),
                    command.Actor,
                    grant
                ),
                cancellationToken
            )
            : columns.Failure;
    }

    private Result<IReadOnlyList<string>> Kept(Grant grant, IReadOnlyList<string>? named)
    {
        var held = grant.Granted.Names;
        if (named is { Count: > 0 })
        {
            return named.Except(held, StringComparer.Ordinal).FirstOrDefault() is null
                ? Result<IReadOnlyList<string>>.Ok(named)
                : Failure.Invalid(
                    "columns_not_held",
                    "A renewal names columns that the grant has not.",
                    "Ask for further columns anew: POST /access-requests."
                );
        }

        // Where the warehouse answers itself, nobody tells here what was read.
        if (!queries.Any())
        {
            return Result<IReadOnlyList<string>>.Ok(held);
        }

        // The column that counts people comes with the decision, not by being asked for.
        string[] used =
        [
            .. held.Intersect(grant.UsedColumns, StringComparer.Ordinal)
                .Where(name => name != grant.Granted.SmallestGroup?.Subject || held.Length == 1),
        ];
        return used.Length > 0
            ? Result<IReadOnlyList<string>>.Ok(used)
            : Failure.Conflict(
                "never_used",
                "Nothing of it was ever read, so nothing of it is needed any longer.",
                "Name the columns that you will need, or let it end."
            );
    }
}
