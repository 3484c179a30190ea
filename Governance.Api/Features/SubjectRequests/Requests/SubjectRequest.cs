using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Masking.Vault;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>
/// A person's request. Claims are kept as blind indexes while the request is open, and not at all once it is over.
/// </summary>
internal sealed class SubjectRequest
{
    public Guid Id { get; init; }

    public required string Type { get; init; }

    public required string Subject { get; init; }

    public RequestState State { get; private set; } = RequestState.Received;

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public string? Channel { get; init; }

    /// <summary>Counts every change, so that a writer that has read an older one is noticed.</summary>
    public long Version { get; private set; }

    /// <summary>The open request that this one duplicates.</summary>
    public Guid? DuplicateOf { get; set; }

    /// <summary>Why it waits for a person: a stable code such as <c>several_people</c>.</summary>
    public string? WaitingCode { get; set; }

    /// <summary>How many people the claims point at, where that is why it waits.</summary>
    public int? WaitingCount { get; set; }

    /// <summary>How many identifiers of the primary domain somebody has found to be one person's: more than 1 where they are registered twice.</summary>
    public int AcceptedPeople { get; set; } = 1;

    public string? PlanHash { get; set; }

    public DateTimeOffset? PlannedAt { get; set; }

    /// <summary>Tables with personal data that no path reaches; a plan with one cannot be approved.</summary>
    public List<string> Unreached { get; set; } = [];

    /// <summary>Tables of those that somebody has waived.</summary>
    public IReadOnlyList<Waiver> Waivers { get; set; } = [];

    /// <summary>How many identifiers of each domain the closure held, as <c>domain=count</c>.</summary>
    public List<string> Identifiers { get; set; } = [];

    public DateTimeOffset? ApprovedAt { get; set; }

    public DateTimeOffset? ExecutingSince { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When two further months were taken.</summary>
    public DateTimeOffset? ExtendedAt { get; set; }

    /// <summary>Why, as the person is told.</summary>
    public string? ExtensionReason { get; set; }

    /// <summary>The batch that it is carried out in: the id of the request that leads it.</summary>
    public Guid? BatchId { get; set; }

    /// <summary>The batch that it is being moved to, with its keys.</summary>
    public Guid? NextBatchId { get; set; }

    /// <summary>Whether it waits for a legal hold to end, and for nothing else.</summary>
    public bool IsHeld { get; set; }

    /// <summary>How often the worker has failed at the present step.</summary>
    public int Attempts { get; set; }

    /// <summary>The worker leaves it alone until then.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>Suppressions written for it.</summary>
    public int Suppressions { get; set; }

    /// <summary>Vault rows destroyed for it; counted before the first one goes.</summary>
    public int? VaultRowsDestroyed { get; set; }

    /// <summary>Whether its key sets still stand in the warehouse.</summary>
    public bool HasKeySets { get; set; }

    /// <summary>What it asks beyond its type.</summary>
    public RequestDemand? Demand { get; set; }

    /// <summary>The archive that was written for it.</summary>
    public RequestExport? Export { get; set; }

    /// <summary>The limit of processing that it set.</summary>
    public ProcessingLimit? Limit { get; set; }

    public List<RequestClaim> Claims { get; init; } = [];

    public List<RequestItem> Items { get; init; } = [];

    public List<RequestEvent> History { get; init; } = [];

    /// <summary>Holds that were placed through it.</summary>
    public List<LegalHold> Holds { get; init; } = [];

    /// <summary>The claims' domains, also after the claims are gone.</summary>
    public List<string> ClaimDomains { get; set; } = [];

    /// <summary>Moves to another state and says who did it, when and why.</summary>
    /// <exception cref="InvalidOperationException">The table of transitions does not allow it.</exception>
    public void Move(RequestState to, string actor, DateTimeOffset at, string? why = null)
    {
        if (!RequestTransitions.Allows(State, to))
        {
            throw new InvalidOperationException(
                $"A request cannot go from '{State.Name()}' to '{to.Name()}'; the callers check this first."
            );
        }

        Note(to.Name(), actor, at, why, State, to);
        State = to;
        Attempts = 0;
        NextAttemptAt = null;
        IsHeld = false;
        if (to.IsFinal())
        {
            EndedAt = at;
            Claims.Clear();
            Demand?.Forget();
        }
    }

    /// <summary>Writes a line of history that changes no state.</summary>
    public void Note(string act, string actor, DateTimeOffset at, string? why = null)
    {
        Note(act, actor, at, why, State, State);
    }

    /// <summary>Counts a change that is neither a move nor a note.</summary>
    public void Touch() => Version++;

    private void Note(string act, string actor, DateTimeOffset at, string? why, RequestState from, RequestState to)
    {
        Version++;
        History.Add(
            new RequestEvent
            {
                RequestId = Id,
                Position = History.Count,
                At = at,
                Actor = actor,
                Act = act,
                From = from,
                To = to,
                Why = why,
            }
        );
    }
}

/// <summary>An identity claim: what was claimed is a key that only this system can compute, never the value.</summary>
internal sealed class RequestClaim
{
    public Guid RequestId { get; init; }

    public required string Domain { get; init; }

    public required byte[] Index { get; init; }

    /// <summary>Domain and blind index.</summary>
    public IdentifierKey Key => new(Domain, BlindIndex.Read(Index));

    public static RequestClaim Of(Guid requestId, IdentifierKey key) =>
        new()
        {
            RequestId = requestId,
            Domain = key.Domain,
            Index = key.Index.ToByteArray(),
        };
}

/// <summary>A line of a request's history.</summary>
internal sealed class RequestEvent
{
    public Guid RequestId { get; init; }

    public int Position { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public required string Act { get; init; }

    public RequestState From { get; init; }

    public RequestState To { get; init; }

    public string? Why { get; init; }
}
