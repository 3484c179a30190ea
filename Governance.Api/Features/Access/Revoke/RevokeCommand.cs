using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Access.Revoke;

/// <summary>Ends a grant before its time.</summary>
internal sealed record RevokeCommand(Guid Id, Actor Actor, string? Reason) : IRequest<Result>;

internal sealed class RevokeHandler(
    GrantStore grants,
    GrantReading reading,
    DatasetReconciler reconciler,
    GrantSignal signal,
    TimeProvider time
) : IRequestHandler<RevokeCommand, Result>
{
    public async Task<Result> Handle(RevokeCommand command, CancellationToken cancellationToken)
    {
        if (command.Reason?.Length > 1000)
        {
            return Failure.Invalid("wrong_length", "A reason has at most 1,000 characters.");
        }

        if (await reading.FindAsync(command.Id, command.Actor, cancellationToken) is not { } grant)
        {
            return AccessFailures.UnknownGrant;
        }

        var may = await reading.AskAsync(ApprovalAct.Revoke, grant, command.Actor, cancellationToken);
        if (!may.Allowed)
        {
            return AccessFailures.Denied("revocation_refused", may.Reasons, "Ask one of those to end it.");
        }

        await grants.ChangeAsync(
            command.Id,
            async (db, current) =>
            {
                // Ended already, by whatever: it stays so.
                if (current.End is null)
                {
                    current.Finish(GrantEnd.Revocation, time.GetUtcNow(), command.Actor.Id, command.Reason);
                    await grants.RecordAsync(
                        db,
                        current,
                        command.Actor.Id,
                        "ended",
                        LedgerDetails.None,
                        cancellationToken
                    );
                }

                return true;
            },
            cancellationToken
        );
        signal.Set();
        await reconciler.RunForCallerAsync(grant.Dataset, cancellationToken);
        return Result.Ok;
    }
}
