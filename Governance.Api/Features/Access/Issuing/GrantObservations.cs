using Governance.Api.Configuration;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>Writes down what was seen of grants in the warehouse, and that their time is over.</summary>
internal sealed class GrantObservations(GrantStore grants, TimeProvider time, IOptions<AccessOptions> options)
{
    /// <summary>Who acts where no person does.</summary>
    public const string Actor = "system:grants";

    /// <summary>Ends the grants of a dataset whose time is over.</summary>
    public async Task ExpireAsync(string dataset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var over = await grants.ReadAsync(
            all =>
                all.Where(grant =>
                    grant.Dataset == dataset
                    && GrantStates.Open.Contains(grant.State)
                    && grant.End == null
                    && grant.Until <= now
                ),
            cancellationToken
        );
        if (over.Count > 0)
        {
            await grants.ChangeAsync(
                [.. over.Select(grant => grant.Id)],
                async (db, grant) =>
                {
                    // It may have been renewed, or ended, meanwhile.
                    if (grant.End is null && grant.Until <= now)
                    {
                        grant.Finish(GrantEnd.Expiry, grant.Until, null, null);
                        await grants.RecordAsync(
                            db,
                            grant,
                            Actor,
                            "time-over",
                            new LedgerDetails { { "until", grant.Until } },
                            cancellationToken
                        );
                    }
                },
                cancellationToken
            );
        }
    }

    /// <summary>Writes observations down. A grant that was changed since it was read is left as it is: the next look sees it anew.</summary>
    public async Task KeepAsync(IReadOnlyCollection<Observation> all, CancellationToken cancellationToken)
    {
        var told = all.Where(IsNews).ToDictionary(one => one.Grant.Id);
        if (told.Count == 0)
        {
            return;
        }

        await grants.ChangeAsync(
            told.Keys,
            async (db, grant) =>
            {
                var seen = told[grant.Id];
                if (grant.Version == seen.Grant.Version)
                {
                    await KeepAsync(db, grant, seen, cancellationToken);
                }
            },
            cancellationToken
        );
    }

    private static bool IsNews(Observation one) =>
        one.State != one.Grant.State
        || one.Drift.Count > 0
        || one.Refusal is not null
        || one.Grant.FaultCode is not null
        || !one.Without.SequenceEqual(one.Grant.Without, StringComparer.Ordinal)
        || (one.View is not null && one.View.Sql != one.Grant.ViewSql)
        || (one.Rule is not null && (one.Rule.Sql != one.Grant.RuleSql || one.Rule.Name != one.Grant.RuleName));

    private async Task KeepAsync(StateDbContext db, Grant grant, Observation seen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (seen.Drift.Count > 0)
        {
            await grants.RecordAsync(
                db,
                grant,
                Actor,
                "drift",
                new LedgerDetails
                {
                    { "found", string.Join(',', seen.Drift) },
                    { "repaired", seen.State == GrantState.Verified },
                },
                cancellationToken
            );
        }

        if (seen.State != grant.State && seen.State is not GrantState.Approved)
        {
            await grants.RecordAsync(
                db,
                grant,
                Actor,
                seen.State.Name(),
                new LedgerDetails { { "view", grant.ViewName } },
                cancellationToken
            );
        }

        grant.State = seen.State;
        grant.ObservedAt = now;
        grant.Version++;
        if (seen.View is { } view)
        {
            grant.ViewSql = view.Sql;
            grant.Without = [.. seen.Without];
        }

        if (seen.Rule is { } rule)
        {
            (grant.RuleName, grant.RuleSql) = (rule.Name, rule.Sql);
        }

        if (seen.Refusal is { } refusal)
        {
            Fail(grant, refusal, now);
        }
        else
        {
            (grant.FaultCode, grant.FaultText, grant.FaultSince) = (null, null, null);
            (grant.Attempts, grant.NextAttemptAt) = (0, null);
        }
    }

    private void Fail(Grant grant, Refusal refusal, DateTimeOffset now)
    {
        if (grant.FaultCode != refusal.Code)
        {
            grant.FaultSince = now;
        }

        (grant.FaultCode, grant.FaultText) = (refusal.Code, refusal.Message);
        grant.Attempts++;
        grant.NextAttemptAt = refusal.Until ?? now + RetryPause.After(grant.Attempts, options.Value.FirstPause);
    }
}
