using System.Collections.Immutable;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Features.SubjectRequests;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Access.Grants;

/// <summary>The views of grants in force, for whoever must know what they show of a person.</summary>
internal sealed class IssuedViewsOfGrants(
    GrantStore grants,
    DatasetReconciler reconciler,
    IRowExclusions exclusions,
    IWarehouse warehouse,
    TimeProvider time
) : IIssuedViews
{
    public async Task ReissueAsync(string dataset, CancellationToken cancellationToken)
    {
        var held = await InForceAsync(dataset, cancellationToken);
        if (held.Count == 0)
        {
            return;
        }

        await grants.ChangeAsync(
            [.. held.Select(grant => grant.Id)],
            (_, grant) =>
            {
                (grant.State, grant.NextAttemptAt) = (GrantState.Approved, null);
                grant.Version++;
                return Task.CompletedTask;
            },
            cancellationToken
        );
        await reconciler.RunForCallerAsync(dataset, cancellationToken);
    }

    public async Task<IReadOnlyList<VisibleCount>> CountAsync(
        Dataset dataset,
        ImmutableArray<Column> columns,
        string keySet,
        CancellationToken cancellationToken
    )
    {
        List<VisibleCount> counts = [];
        foreach (var grant in await InForceAsync(dataset.Name, cancellationToken))
        {
            var without = await exclusions.OfAsync(dataset, grant.Purpose, cancellationToken);
            var view = grant.Plan.View(grant.ViewName, dataset, grant.Member, grant.Until, [.. grant.Without]);
            var answer = await warehouse.CountVisibleAsync(view, keySet, columns, cancellationToken);
            counts.Add(
                new VisibleCount(
                    grant.ViewName,
                    grant.Purpose,
                    grant.State == GrantState.Verified && without.SequenceEqual(grant.Without, StringComparer.Ordinal),
                    answer.Value.Rows,
                    answer.Value.Matched
                )
            );
        }

        return counts;
    }

    private Task<List<Grant>> InForceAsync(string dataset, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return grants.ReadAsync(
            all =>
                all.Where(grant =>
                        grant.Dataset == dataset
                        && grant.End == null
                        && grant.Until > now
                        && GrantStates.Open.Contains(grant.State)
                    )
                    .OrderBy(grant => grant.GrantedAt),
            cancellationToken
        );
    }
}
