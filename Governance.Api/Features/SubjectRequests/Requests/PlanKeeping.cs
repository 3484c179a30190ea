using System.Globalization;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Storage;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>Puts a plan, or the reason why there is none, on a request.</summary>
internal sealed class PlanKeeping(SubjectRequestStore requests, TimeProvider time)
{
    /// <summary>The request waits for its approval with this plan.</summary>
    public async Task KeepAsync(
        StateDbContext db,
        SubjectRequest request,
        ErasurePlan plan,
        string actor,
        string why,
        CancellationToken cancellationToken
    )
    {
        await RemovePlanAsync(db, request, cancellationToken);
        request.WaitingCode = null;
        request.WaitingCount = null;
        request.PlanHash = plan.Hash;
        request.PlannedAt = time.GetUtcNow();
        request.Unreached = [.. plan.Unreached];
        request.Identifiers =
        [
            .. plan
                .Owned.CountBy(identifier => identifier.Domain, StringComparer.Ordinal)
                .OrderBy(domain => domain.Key, StringComparer.Ordinal)
                .Select(domain => string.Create(CultureInfo.InvariantCulture, $"{domain.Key}={domain.Value}")),
        ];
        request.Items.AddRange(plan.Items);
        if (request.State != RequestState.AwaitingApproval)
        {
            request.Move(RequestState.AwaitingApproval, actor, time.GetUtcNow(), why);
        }
        else
        {
            request.Note("planned", actor, time.GetUtcNow(), why);
        }

        await requests.RecordAsync(
            db,
            request,
            actor,
            "planned",
            new LedgerDetails
            {
                { "plan", plan.Hash },
                { "tables", plan.Items.Count },
                { "unreached", plan.Unreached.Count },
            },
            cancellationToken
        );
    }

    /// <summary>
    /// An approved request goes back to a person, because the world has moved since the approval: with another plan, or because its claims
    /// point elsewhere now.
    /// </summary>
    public Task GoBackAsync(
        StateDbContext db,
        SubjectRequest request,
        Planning planning,
        string actor,
        CancellationToken cancellationToken
    ) =>
        planning.Plan is { } plan
            ? KeepAsync(db, request, plan, actor, "contracts changed after the approval", cancellationToken)
            : AskAgainAsync(
                db,
                request,
                planning.Code ?? Resolution.ClaimsDisagreeCode,
                planning.People,
                actor,
                cancellationToken
            );

    /// <summary>The request waits for better claims.</summary>
    public async Task AskAgainAsync(
        StateDbContext db,
        SubjectRequest request,
        string code,
        int? people,
        string actor,
        CancellationToken cancellationToken
    )
    {
        await RemovePlanAsync(db, request, cancellationToken);
        request.WaitingCode = code;
        request.WaitingCount = people;
        if (request.State != RequestState.IdentityPending)
        {
            request.Move(RequestState.IdentityPending, actor, time.GetUtcNow(), code);
        }
        else
        {
            request.Note("identity_pending", actor, time.GetUtcNow(), code);
        }

        await requests.RecordAsync(
            db,
            request,
            actor,
            "identity-pending",
            new LedgerDetails { { "code", code } },
            cancellationToken
        );
    }

    private static async Task RemovePlanAsync(
        StateDbContext db,
        SubjectRequest request,
        CancellationToken cancellationToken
    )
    {
        request.PlanHash = null;
        request.PlannedAt = null;
        request.ApprovedAt = null;
        request.Unreached = [];
        request.Identifiers = [];
        if (request.Items.Count > 0)
        {
            // The new items take the old ones' keys.
            request.Items.Clear();
            await db.SaveChangesAsync(cancellationToken);
        }
    }
}
