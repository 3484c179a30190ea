using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Kafka;
using MediatR;

namespace Governance.Api.Features.Access.Follow;

/// <summary>Opens a stream of a grant's rows.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Actor">Who reads.</param>
/// <param name="LastEventId">The last row that the reader has had; <see langword="null"/> to begin with the next one that lands.</param>
internal sealed record FollowCommand(Guid Id, Actor Actor, string? LastEventId) : IRequest<Result<Following>>;

/// <summary>An open stream; dispose of it at its end.</summary>
/// <param name="Hold">The reader's hold on the feed.</param>
/// <param name="Grant">The grant as it was when the stream was opened.</param>
/// <param name="From">Where the reader begins.</param>
/// <param name="IsGap">Whether rows are missing before that.</param>
/// <param name="IsComplete">Whether all rows of the dataset land in this process.</param>
internal sealed record Following(FeedHold Hold, Grant Grant, long From, bool IsGap, bool IsComplete);

internal sealed class FollowHandler(
    GrantStore grants,
    GrantFeeds feeds,
    FollowReach reach,
    InterceptorOptions interceptor,
    TimeProvider time
) : IRequestHandler<FollowCommand, Result<Following>>
{
    private static readonly Failure s_elsewhere = Failure.NotOffered(
        "rows_land_elsewhere",
        "This process lands no rows, so none can be followed here.",
        "Follow at a process with the roles api and stream; or read the grant's view."
    );

    private static readonly Failure s_groups = Failure.Conflict(
        "groups_only",
        "The grant shows groups of people, not rows; rows cannot be followed.",
        "Ask by POST /query for counts over the view."
    );

    private static readonly Failure s_notStanding = Failure.Conflict(
        "grant_not_standing",
        "The grant does not stand in the warehouse as decided.",
        "GET /grants/{id} says why. Follow it when its state is applied or verified."
    );

    public async Task<Result<Following>> Handle(FollowCommand command, CancellationToken cancellationToken)
    {
        var grant = await grants.FindAsync(command.Id, cancellationToken);
        if (grant is null || grant.Person != command.Actor.Id)
        {
            // Rows are for whoever holds the grant; others who may see it are not told more by this.
            return AccessFailures.UnknownGrant;
        }

        if (!grant.IsInForce(time.GetUtcNow()))
        {
            return Failure.Gone("grant_ended", "The grant has ended.", "Ask anew: POST /access-requests.");
        }

        if (grant.State is not (GrantState.Applied or GrantState.Verified))
        {
            return s_notStanding;
        }

        if (grant.Plan.SmallestGroup is not null)
        {
            return s_groups;
        }

        if (!reach.LandsHere || !interceptor.Enabled)
        {
            return s_elsewhere;
        }

        if (feeds.Enter(grant) is not { } hold)
        {
            return new Failure(
                FailureKind.TooMany,
                "too_many_streams",
                "As many streams are open as may be: of yours, or of all.",
                "Close one, and follow again.",
                []
            )
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }

        try
        {
            var after = command.LastEventId is { Length: > 0 } last ? hold.Feed.After(last) : null;
            await RecordAsync(grant, command.Actor, isResumed: after is not null, cancellationToken);
            return new Following(
                hold,
                grant,
                after ?? hold.Feed.Next,
                IsGap: command.LastEventId is { Length: > 0 } && after is null,
                IsComplete: !reach.LandsElsewhere
            );
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    // In the ledger before the first row is seen. All columns count as used: a renewal keeps them.
    private Task<bool> RecordAsync(Grant grant, Actor actor, bool isResumed, CancellationToken cancellationToken) =>
        grants.ChangeAsync(
            grant.Id,
            async (db, current) =>
            {
                current.UsedColumns = [.. current.UsedColumns.Union(current.Plan.Names, StringComparer.Ordinal)];
                current.LastUsedAt = time.GetUtcNow();
                await grants.RecordAsync(
                    db,
                    current,
                    actor.Id,
                    "followed",
                    new LedgerDetails { { "view", current.ViewName }, { "resumed", isResumed } },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
}
