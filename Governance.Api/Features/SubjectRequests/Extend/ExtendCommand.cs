using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Extend;

/// <summary>
/// Takes two further months (GDPR Art. 12(3)): once, and only while the first has not run out, because the person must be
/// told why inside it.
/// </summary>
internal sealed record ExtendCommand(Guid Id, string Reason, string Actor) : IRequest<Result>;

internal sealed class ExtendHandler(SubjectRequestStore requests, LegalClock clock, TimeProvider time)
    : IRequestHandler<ExtendCommand, Result>
{
    public async Task<Result> Handle(ExtendCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                // Read inside the write: a deadline that passes meanwhile, or a second call, is seen.
                var now = time.GetUtcNow();
                if (ExtensionRule.Refusal(current, clock, now) is { } refusal)
                {
                    return refusal;
                }

                current.ExtendedAt = now;
                current.ExtensionReason = request.Reason.Trim();
                current.Note("extended", request.Actor, now, current.ExtensionReason);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "extended",
                    new LedgerDetails
                    {
                        { "due", LegalClock.Text(clock.ExtendedDueOn(current.ReceivedAt)) },
                        { "first_due", LegalClock.Text(clock.DueOn(current.ReceivedAt)) },
                    },
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
    }
}
