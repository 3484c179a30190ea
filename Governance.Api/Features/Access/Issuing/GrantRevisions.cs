using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>Decides anew about all grants in force, and writes down what changes: rows, fewer columns, an earlier end, or the end.</summary>
internal sealed partial class GrantRevisions(
    GrantStore grants,
    GrantReviser reviser,
    AccessDecider decider,
    TimeProvider time,
    ILogger<GrantRevisions> logger
)
{
    /// <summary>Does it once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await grants.InForceAsync(now, cancellationToken);
        var news = new Dictionary<Guid, (long Version, GrantRevision Revision)>();
        var undecided = 0;
        foreach (var grant in held)
        {
            var revision = await reviser.ReviseAsync(grant, decider, cancellationToken);
            if (revision.Outcome == RevisionOutcome.Undecided)
            {
                undecided++;
            }
            else if (revision.Outcome != RevisionOutcome.Unchanged)
            {
                news[grant.Id] = (grant.Version, revision);
            }
        }

        if (undecided > 0)
        {
            LogUndecided(undecided);
        }

        if (news.Count > 0)
        {
            await grants.ChangeAsync(
                news.Keys,
                async (db, grant) =>
                {
                    var (version, revision) = news[grant.Id];
                    if (grant.Version == version)
                    {
                        await KeepAsync(db, grant, revision, now, cancellationToken);
                    }
                },
                cancellationToken
            );
        }
    }

    private async Task KeepAsync(
        StateDbContext db,
        Grant grant,
        GrantRevision revision,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (revision.Outcome == RevisionOutcome.Ends)
        {
            grant.Finish(
                GrantEnd.Revocation,
                now,
                GrantObservations.Actor,
                string.Join(" ", revision.Reasons.Select(reason => reason.Text))
            );
            var details = Details(revision.Policy);
            details.Add("reasons", string.Join(',', revision.Reasons.Select(reason => reason.Code)));
            await grants.RecordAsync(db, grant, GrantObservations.Actor, "ended-by-policy", details, cancellationToken);
            return;
        }

        var lost = grant.Plan.Names.Except(revision.Plan!.Names, StringComparer.Ordinal).ToArray();
        var changed = Details(revision.Policy);
        changed.Add("columns_lost", string.Join(',', lost));
        changed.Add("rows_changed", !revision.Plan.Condition.Equals(grant.Plan.Condition));
        changed.Add("until", revision.Until);
        grant.Plan = revision.Plan;
        grant.Until = revision.Until;
        (grant.PolicyVersion, grant.PolicyHash) = (revision.Policy.Version, revision.Policy.Hash);
        grant.State = GrantState.Approved;
        grant.NextAttemptAt = null;
        grant.Version++;
        await grants.RecordAsync(db, grant, GrantObservations.Actor, "revised", changed, cancellationToken);
    }

    private static LedgerDetails Details(PolicyStamp policy) =>
        new() { { "policy", policy.Version }, { "policy_hash", policy.Hash } };

    [LoggerMessage(
        LogLevel.Warning,
        "The policies give no answer about {Count} grants. What stands, stands until its end; /health/ready says of the part policy what is wrong."
    )]
    private partial void LogUndecided(int count);
}
