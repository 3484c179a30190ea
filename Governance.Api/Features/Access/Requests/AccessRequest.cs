using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.Requests;

/// <summary>What an analyst asked for, what the policies said, and who said what to it since.</summary>
internal sealed class AccessRequest
{
    public Guid Id { get; init; }

    /// <summary>Who asks: the directory's id.</summary>
    public required string Requester { get; init; }

    /// <summary>How the warehouse knows them.</summary>
    public required string Member { get; init; }

    public List<string> Roles { get; init; } = [];

    public List<string> Groups { get; init; } = [];

    public required string Dataset { get; init; }

    public required string OwnerTeam { get; init; }

    public required string Purpose { get; init; }

    /// <summary>The columns that were asked for; all where there is none.</summary>
    public List<string> Columns { get; init; } = [];

    /// <summary>For how long, from the day on which it is granted.</summary>
    public TimeSpan Duration { get; init; }

    public bool IsBreakGlass { get; init; }

    /// <summary>Why, in the person's own words.</summary>
    public string Justification { get; init; } = "";

    public DateTimeOffset RequestedAt { get; init; }

    public AccessRequestState State { get; set; } = AccessRequestState.Pending;

    /// <summary>What the policies said when it was last decided.</summary>
    public required AccessDecision Decision { get; set; }

    /// <summary>The grant that it renews.</summary>
    public Guid? Renews { get; init; }

    /// <summary>The grant that came of it.</summary>
    public Guid? GrantId { get; set; }

    /// <summary>Whether somebody has yet to say that an emergency was one.</summary>
    public bool IsReviewOpen { get; set; }

    /// <summary>Counts every change, so that a writer that has read an older one is noticed.</summary>
    public long Version { get; set; }

    public List<AccessVote> Votes { get; init; } = [];

    /// <summary>The person, as policies see them.</summary>
    public PolicySubject Subject => new(Requester, [.. Roles], [.. Groups]);

    /// <summary>Who approved.</summary>
    public IEnumerable<string> Approvers => Votes.Where(vote => vote.IsApproval).Select(vote => vote.Actor);

    /// <summary>The request, as those see it who decide about it. A review asks one of the owner's people, or the officer.</summary>
    public PendingRequest ForApproval =>
        new(Requester, Dataset, OwnerTeam, Purpose, [.. Approvers], Math.Max(Decision.Approvals, IsBreakGlass ? 1 : 0));

    /// <summary>Writes down what somebody said.</summary>
    public void Vote(string actor, bool isApproval, DateTimeOffset at, string? reason)
    {
        Version++;
        Votes.Add(
            new AccessVote
            {
                RequestId = Id,
                Position = Votes.Count,
                Actor = actor,
                IsApproval = isApproval,
                At = at,
                Reason = reason,
            }
        );
    }
}

/// <summary>What somebody said to a request.</summary>
internal sealed class AccessVote
{
    public Guid RequestId { get; init; }

    public int Position { get; init; }

    public required string Actor { get; init; }

    public bool IsApproval { get; init; }

    public DateTimeOffset At { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Where a request stands.</summary>
internal enum AccessRequestState
{
    /// <summary>The owner has to say something.</summary>
    Pending,

    /// <summary>It was granted; the grant says what became of it.</summary>
    Granted,

    /// <summary>The policies, or the owner, said no.</summary>
    Denied,
}
