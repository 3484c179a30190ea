using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Access.Decide;

/// <summary>Makes a grant of a request, or renews the one that it is about.</summary>
internal sealed class GrantGiving(GrantStore grants, TimeProvider time)
{
    /// <summary>Does it within the caller's write; the warehouse follows after the commit.</summary>
    /// <param name="db">The context that the write was given.</param>
    /// <param name="request">The request; it becomes granted.</param>
    /// <param name="decided">A decision with a plan.</param>
    /// <param name="actor">Who decided last: the person who asked, where nobody else was asked.</param>
    /// <param name="cancellationToken">Stops before anything is added.</param>
    public async Task<Grant> GiveAsync(
        StateDbContext db,
        AccessRequest request,
        Decided decided,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var renewed = request.Renews is { } id
            ? await db.Set<Grant>().SingleOrDefaultAsync(grant => grant.Id == id, cancellationToken)
            : null;
        var grant =
            renewed is not null && renewed.IsInForce(now)
                ? Renew(renewed, decided, now)
                : db.Add(New(request, decided, now)).Entity;
        grant.ApprovedBy = [.. grant.ApprovedBy.Union(request.Approvers, StringComparer.Ordinal)];
        (grant.PolicyVersion, grant.PolicyHash) = (decided.Decision.Policy.Version, decided.Decision.Policy.Hash);
        request.State = AccessRequestState.Granted;
        request.GrantId = grant.Id;
        request.Version++;
        await grants.RecordAsync(
            db,
            grant,
            actor,
            ReferenceEquals(grant, renewed) ? "renewed" : "approved",
            new LedgerDetails
            {
                { "request", request.Id.ToString() },
                { "person", grant.Person },
                { "view", grant.ViewName },
                { "columns", string.Join(',', grant.Plan.Names) },
                { "until", grant.Until },
                { "policy", grant.PolicyVersion },
                { "policy_hash", grant.PolicyHash },
            },
            cancellationToken
        );
        return grant;
    }

    private static Grant Renew(Grant grant, Decided decided, DateTimeOffset now)
    {
        grant.Granted = decided.Plan!;
        grant.Plan = decided.Plan!;
        grant.GrantedAt = now;
        grant.Until = decided.Decision.Until!.Value;
        grant.Renewals++;
        grant.State = GrantState.Approved;
        grant.NextAttemptAt = null;
        grant.Version++;
        return grant;
    }

    private static Grant New(AccessRequest request, Decided decided, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new Grant
        {
            Id = id,
            RequestId = request.Id,
            Person = request.Requester,
            Member = request.Member,
            Roles = [.. request.Roles],
            Groups = [.. request.Groups],
            Dataset = request.Dataset,
            OwnerTeam = request.OwnerTeam,
            Purpose = request.Purpose,
            IsBreakGlass = request.IsBreakGlass,
            Justification = request.Justification,
            Granted = decided.Plan!,
            Plan = decided.Plan!,
            GrantedAt = now,
            Until = decided.Decision.Until!.Value,
            ViewName = IssuedNames.OfView(request.Dataset, id),
        };
    }
}
