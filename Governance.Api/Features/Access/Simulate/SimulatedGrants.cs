using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Preview;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Access.Simulate;

/// <summary>What revisions of grants would come to in the warehouse; nothing is changed there.</summary>
internal sealed class SimulatedGrants(IContractCatalogSource contracts, IWarehouse warehouse)
{
    /// <summary>The grants that would not stay as they are.</summary>
    public async Task<IReadOnlyList<SimulatedGrant>> GrantsAsync(
        IReadOnlyCollection<(Grant Grant, GrantRevision Revision)> revised,
        CancellationToken cancellationToken
    )
    {
        var told = new List<SimulatedGrant>();
        foreach (var (grant, revision) in revised.Where(one => one.Revision.Outcome != RevisionOutcome.Unchanged))
        {
            told.Add(
                new SimulatedGrant(
                    grant.Id,
                    grant.Person,
                    grant.Dataset,
                    grant.Purpose,
                    revision.Outcome switch
                    {
                        RevisionOutcome.Changed => "changed",
                        RevisionOutcome.Ends => "ends",
                        _ => "undecided",
                    },
                    revision.Reasons,
                    revision.Plan is { } after ? [.. grant.Plan.Names.Except(after.Names, StringComparer.Ordinal)] : [],
                    revision.Plan is { } plan ? [.. LessExact(grant.Plan, plan)] : [],
                    await RowsAsync(grant.Dataset, grant.Plan, cancellationToken),
                    revision.Plan is null ? null : await RowsAsync(grant.Dataset, revision.Plan, cancellationToken),
                    grant.Until,
                    revision.Until
                )
            );
        }

        return told;
    }

    /// <summary>The views that would change or go.</summary>
    public async Task<IReadOnlyList<SimulatedView>> ViewsAsync(
        IReadOnlyCollection<(Grant Grant, GrantRevision Revision)> revised,
        CancellationToken cancellationToken
    )
    {
        var views = new List<SimulatedView>();
        foreach (var (grant, revision) in revised)
        {
            if (revision.Outcome == RevisionOutcome.Ends)
            {
                views.Add(new SimulatedView(grant.Id, grant.ViewName, grant.ViewSql, null));
            }
            else if (
                revision is { Outcome: RevisionOutcome.Changed, Plan: { } plan }
                && contracts.Current.FindDataset(grant.Dataset) is { } dataset
            )
            {
                var draft = await warehouse.DraftViewAsync(
                    plan.View(grant.ViewName, dataset, grant.Member, revision.Until),
                    cancellationToken
                );
                views.Add(
                    new SimulatedView(
                        grant.Id,
                        grant.ViewName,
                        grant.ViewSql,
                        draft.TryGet(out var sql) ? sql : draft.Refusal!.Message
                    )
                );
            }
        }

        return views;
    }

    /// <summary>The row rules that would come, go, or name others.</summary>
    public static IReadOnlyList<SimulatedRowRule> RowRules(
        IReadOnlyCollection<(Grant Grant, GrantRevision Revision)> revised
    )
    {
        var before = Members(revised.Select(one => (one.Grant, one.Grant.Plan)));
        var after = Members(
            revised
                .Where(one => one.Revision.Outcome != RevisionOutcome.Ends)
                .Select(one => (one.Grant, one.Revision.Plan ?? one.Grant.Plan))
        );
        return
        [
            .. before
                .Keys.Union(after.Keys)
                .Where(key => !before.GetValueOrDefault(key, []).SetEquals(after.GetValueOrDefault(key, [])))
                .Select(key => new SimulatedRowRule(
                    key.Dataset,
                    IssuedNames.OfRowRule(key.Condition),
                    RowConditionWords.Of(key.Condition),
                    before.GetValueOrDefault(key, []).Count,
                    after.GetValueOrDefault(key, []).Count
                ))
                .OrderBy(rule => rule.Dataset, StringComparer.Ordinal)
                .ThenBy(rule => rule.Name, StringComparer.Ordinal),
        ];
    }

    private static Dictionary<(string Dataset, RowCondition Condition), HashSet<string>> Members(
        IEnumerable<(Grant Grant, ViewPlan Plan)> held
    ) =>
        held.GroupBy(one => (one.Grant.Dataset, one.Plan.Condition))
            .ToDictionary(
                group => group.Key,
                group => group.Select(one => one.Grant.Member).ToHashSet(StringComparer.Ordinal)
            );

    private static IEnumerable<string> LessExact(ViewPlan before, ViewPlan after) =>
        from column in after.Columns
        let was = before.Columns.First(one => one.Name == column.Name)
        where column.Showing < was.Showing || column.Generalization > (was.Generalization ?? Generalization.Day)
        select column.Name;

    private async Task<SimulatedRows> RowsAsync(string name, ViewPlan plan, CancellationToken cancellationToken)
    {
        var words = RowConditionWords.Of(plan.Condition);
        if (plan.SmallestGroup is not null || contracts.Current.FindDataset(name) is not { } dataset)
        {
            return new SimulatedRows(words, null);
        }

        var counted = await warehouse.CountShownAsync(dataset, plan.Condition, cancellationToken);
        return new SimulatedRows(
            words,
            counted.TryGet(out var count) ? new RowCountView(count.Rows, count.Matched) : null
        );
    }
}
