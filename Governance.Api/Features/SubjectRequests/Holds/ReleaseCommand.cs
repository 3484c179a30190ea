using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Ends holds; what they delayed is carried out.</summary>
internal sealed record ReleaseCommand(Guid Id, ReleaseBody Body, string Actor) : IRequest<Result>;

internal sealed class ReleaseHandler(SubjectRequestStore requests, ErasureSignal signal, TimeProvider time)
    : IRequestHandler<ReleaseCommand, Result>
{
    public async Task<Result> Handle(ReleaseCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        var answer = await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                var now = time.GetUtcNow();
                LegalHold[] holds =
                [
                    .. current.Holds.Where(hold =>
                        hold.ReleasedAt is null
                        && (hold.Until is null || hold.Until > now)
                        && (request.Body.Hold is null || hold.Id == request.Body.Hold)
                    ),
                ];
                if (holds.Length == 0)
                {
                    return Failure.Conflict(
                        "no_hold",
                        "No hold of this kind, placed through this request, is in force.",
                        "Read the request: it lists its holds. A hold that was placed through another request is released there."
                    );
                }

                foreach (var hold in holds)
                {
                    hold.ReleasedAt = now;
                    hold.ReleasedBy = request.Actor;
                    hold.ReleaseReason = request.Body.Reason.Trim();
                }

                current.Note("released", request.Actor, now, request.Body.Reason.Trim());
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "released",
                    new LedgerDetails { { "holds", string.Join(',', holds.Select(hold => hold.Id)) } },
                    cancellationToken
                );

                // Whoever waits for a hold looks again: it may have been this one, by another alias.
                foreach (
                    var waiting in await db.Set<SubjectRequest>()
                        .Where(one => one.IsHeld)
                        .ToListAsync(cancellationToken)
                )
                {
                    waiting.NextAttemptAt = now;
                }

                return Result.Ok;
            },
            cancellationToken
        );
        signal.Set();
        return answer;
    }
}
