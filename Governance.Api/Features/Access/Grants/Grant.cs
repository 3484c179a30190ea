using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Api.Features.Access.Grants;

/// <summary>
/// An allowed request: what a person may see, for a purpose and until a time, and what carries it out in the warehouse. Its state is what
/// was last observed there. No value of a data subject is in it.
/// </summary>
internal sealed class Grant
{
    public Guid Id { get; init; }

    /// <summary>The request that it came of.</summary>
    public Guid RequestId { get; init; }

    /// <summary>Who holds it: the directory's id.</summary>
    public required string Person { get; init; }

    /// <summary>How the warehouse knows them.</summary>
    public required string Member { get; init; }

    /// <summary>The person's roles when they asked.</summary>
    public List<string> Roles { get; set; } = [];

    /// <summary>The person's groups when they asked.</summary>
    public List<string> Groups { get; set; } = [];

    public required string Dataset { get; init; }

    public required string OwnerTeam { get; init; }

    public required string Purpose { get; init; }

    public bool IsBreakGlass { get; init; }

    /// <summary>Why the glass was broken, in the person's words.</summary>
    public string Justification { get; init; } = "";

    /// <summary>What was granted: it never comes to show more than this.</summary>
    public required ViewPlan Granted { get; set; }

    /// <summary>What it shows by the policies in force.</summary>
    public required ViewPlan Plan { get; set; }

    public DateTimeOffset GrantedAt { get; set; }

    public DateTimeOffset Until { get; set; }

    /// <summary>Who approved it.</summary>
    public List<string> ApprovedBy { get; set; } = [];

    public int Renewals { get; set; }

    /// <summary>The columns that were read; of all renewals together.</summary>
    public List<string> UsedColumns { get; set; } = [];

    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>By which policies it was given, or last changed.</summary>
    public string PolicyVersion { get; set; } = "";

    public string PolicyHash { get; set; } = "";

    public GrantState State { get; set; } = GrantState.Approved;

    /// <summary>When the warehouse was last looked at.</summary>
    public DateTimeOffset? ObservedAt { get; set; }

    /// <summary>How it is to end; <see langword="null"/> while it is in force.</summary>
    public GrantEnd? End { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who ended it; <see langword="null"/> where time did.</summary>
    public string? EndedBy { get; set; }

    /// <summary>Why it ended, in words.</summary>
    public string? EndReason { get; set; }

    /// <summary>The view's name: the grant's for ever.</summary>
    public required string ViewName { get; init; }

    /// <summary>The view's statement, as the warehouse gave it back.</summary>
    public string? ViewSql { get; set; }

    /// <summary>Whose rows the view leaves out, as it was issued.</summary>
    public List<string> Without { get; set; } = [];

    /// <summary>The row rule that names the person.</summary>
    public string? RuleName { get; set; }

    /// <summary>The row rule's condition, as the warehouse gave it back.</summary>
    public string? RuleSql { get; set; }

    /// <summary>Why the warehouse did not do it; <see langword="null"/> where it did.</summary>
    public string? FaultCode { get; set; }

    public string? FaultText { get; set; }

    public DateTimeOffset? FaultSince { get; set; }

    public int Attempts { get; set; }

    /// <summary>The worker leaves it alone until then.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>Counts every change, so that a writer that has read an older one is noticed.</summary>
    public long Version { get; set; }

    /// <summary>The person, as policies see them.</summary>
    public PolicySubject Subject => new(Person, [.. Roles], [.. Groups]);

    /// <summary>The grant, as those see it who decide about it.</summary>
    public PendingRequest ForApproval => new(Person, Dataset, OwnerTeam, Purpose, [.. ApprovedBy], ApprovedBy.Count);

    /// <summary>The grant, as those see it who decide whether it goes on.</summary>
    public HeldGrant Held =>
        new(Id.ToString(), Purpose, Granted.Names, [.. UsedColumns], ApprovedBy.Count > 0, Renewals);

    /// <summary>Whether it is in force: it has not ended, and its time is not over.</summary>
    public bool IsInForce(DateTimeOffset now) => End is null && Until > now;

    /// <summary>Ends it; what stands in the warehouse is taken away afterwards.</summary>
    public void Finish(GrantEnd end, DateTimeOffset at, string? by, string? reason)
    {
        End = end;
        EndedAt = at;
        EndedBy = by;
        EndReason = reason;
        Attempts = 0;
        NextAttemptAt = null;
        Version++;
    }
}
