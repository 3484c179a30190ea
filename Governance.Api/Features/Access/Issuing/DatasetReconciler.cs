using Governance.Api.Features.Access.Grants;
using Governance.Api.Storage;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>
/// Brings the views and row rules of one dataset to what is granted, and writes down what it then sees. First what has ended is taken away, then
/// members are let into their row rules, then views are issued: cut off anywhere, nobody sees more than is granted, and the next run
/// goes on. Of several processes one works on a dataset.
/// </summary>
internal sealed class DatasetReconciler(
    GrantStore grants,
    GrantObservations observations,
    IContractCatalogSource contracts,
    IRowExclusions exclusions,
    IWarehouse warehouse,
    ISharedLocks locks,
    IFaultPoints faults,
    TimeProvider time,
    IOptions<AccessOptions> options
)
{
    // From so many on, all views are read at once.
    private const int Many = 10;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>As <see cref="RunAsync"/>, for somebody who waits: not for longer than their patience, and without a throw.</summary>
    public async Task RunForCallerAsync(string dataset, CancellationToken cancellationToken)
    {
        // A caller's patience is of this machine, whatever clock grants live by.
        using var patience = new CancellationTokenSource(options.Value.Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (!await RunAsync(dataset, StandingObjects.OneByOne(warehouse), either.Token))
            {
                await Task.Delay(s_pause, TimeProvider.System, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The worker goes on.
        }
    }

    /// <summary>Does it once.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="standing">How the warehouse is looked at: all of it, or where there is something to do.</param>
    /// <param name="cancellationToken">Stops in between; the next run goes on.</param>
    /// <returns>Whether it was this run's turn.</returns>
    public Task<bool> RunAsync(string dataset, StandingObjects standing, CancellationToken cancellationToken) =>
        locks.RunAloneAsync($"grants/{dataset}", held => LookAsync(dataset, standing, held), cancellationToken);

    private async Task LookAsync(string dataset, StandingObjects standing, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await observations.ExpireAsync(dataset, now, cancellationToken);
        var open = await grants.OpenAsync(dataset, cancellationToken);
        Observation[] all = [.. open.Select(grant => new Observation(grant))];
        try
        {
            await ReconcileAsync(dataset, all, standing, now, cancellationToken);
        }
        catch (WarehouseException refused)
        {
            foreach (var observation in all.Where(IsUnfinished))
            {
                observation.Refusal ??= refused.Refusal;
            }
        }

        await observations.KeepAsync(all, cancellationToken);
    }

    private async Task ReconcileAsync(
        string name,
        Observation[] all,
        StandingObjects standing,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        Observation[] alive = [.. all.Where(one => one.Grant.IsInForce(now))];
        foreach (var over in all.Except(alive))
        {
            await TakeAwayAsync(over, cancellationToken);
        }

        faults.Reached("grants.revoked");
        if (contracts.Current.FindDataset(name) is not { } dataset)
        {
            return;
        }

        var rules = await standing.RulesAsync(dataset, cancellationToken);
        var wanted = alive
            .GroupBy(one => IssuedNames.OfRowRule(one.Grant.Plan.Condition), StringComparer.Ordinal)
            .ToArray();
        foreach (var group in wanted)
        {
            await PutRuleAsync(dataset, group.Key, [.. group], rules, cancellationToken);
        }

        foreach (
            var left in rules
                .Keys.Where(IssuedNames.IsOfRowRule)
                .Except(wanted.Select(group => group.Key), StringComparer.Ordinal)
        )
        {
            _ = (await warehouse.RemoveRowRuleAsync(dataset, left, cancellationToken)).Value;
        }

        faults.Reached("grants.ruled");
        foreach (var one in alive.Where(one => one.Refusal is null))
        {
            // Where single ones are looked at, what was verified is left to the next look at all.
            if (standing.Views is not null || IsUnfinished(one))
            {
                await IssueAsync(one, dataset, standing, cancellationToken);
            }
        }

        faults.Reached("grants.issued");
        await VerifyAsync(
            dataset,
            [.. alive.Where(one => one is { Refusal: null, State: GrantState.Applied })],
            cancellationToken
        );
    }

    private static bool IsUnfinished(Observation one) => one.State != GrantState.Verified || one.Grant.End is not null;

    private async Task TakeAwayAsync(Observation over, CancellationToken cancellationToken)
    {
        var answer = await warehouse.RevokeViewAsync(over.Grant.ViewName, cancellationToken);
        if (answer.Refusal is { } refusal)
        {
            over.Refusal = refusal;
            return;
        }

        // It is gone when it is seen to be gone.
        if (await warehouse.FindViewAsync(over.Grant.ViewName, cancellationToken) is null)
        {
            over.State = (over.Grant.End ?? GrantEnd.Expiry).Final();
        }
    }

    private async Task PutRuleAsync(
        Dataset dataset,
        string name,
        Observation[] members,
        Dictionary<string, IssuedRowRule> rules,
        CancellationToken cancellationToken
    )
    {
        string[] wanted =
        [
            .. members.Select(one => one.Grant.Member).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        var found = rules.GetValueOrDefault(name);
        var kept = members.Select(one => one.Grant.RuleSql).OfType<string>().FirstOrDefault();
        var isRight =
            found is not null
            && found.Members.Order(StringComparer.Ordinal).SequenceEqual(wanted, StringComparer.Ordinal)
            && string.Equals(found.Sql, kept, StringComparison.Ordinal);
        if (isRight)
        {
            foreach (var one in members)
            {
                one.Rule = found;
            }

            return;
        }

        foreach (var one in members.Where(one => one.Grant.State == GrantState.Verified && one.Grant.RuleName == name))
        {
            if (found is null || !found.Members.Contains(one.Grant.Member, StringComparer.Ordinal) || found.Sql != kept)
            {
                one.Drift.Add(found is null ? "row_rule_missing" : "row_rule_changed");
                one.State = GrantState.Approved;
            }
        }

        var answer = await warehouse.PutRowRuleAsync(
            new RowRule(name, dataset, members[0].Grant.Plan.Condition, [.. wanted]),
            cancellationToken
        );
        foreach (var one in members)
        {
            one.Rule = answer.TryGet(out var rule) ? rule : null;
            one.Refusal = answer.Refusal;
        }
    }

    private async Task IssueAsync(
        Observation one,
        Dataset dataset,
        StandingObjects standing,
        CancellationToken cancellationToken
    )
    {
        var grant = one.Grant;
        var found = await standing.FindViewAsync(grant.ViewName, cancellationToken);
        var without = await exclusions.OfAsync(dataset, grant.Purpose, cancellationToken);
        var isLeftOut = without.SequenceEqual(grant.Without, StringComparer.Ordinal);
        if (isLeftOut && found is not null && Drift(grant, found) is null && grant.State != GrantState.Approved)
        {
            // What was verified, and is seen to be the same, is verified still.
            one.View = found;
            one.State = one.State == GrantState.Verified ? GrantState.Verified : GrantState.Applied;
            return;
        }

        if (isLeftOut && grant.State == GrantState.Verified)
        {
            one.Drift.Add(found is null ? "view_missing" : Drift(grant, found)!);
        }

        one.State = GrantState.Approved;
        var answer = await warehouse.IssueViewAsync(
            grant.Plan.View(grant.ViewName, dataset, grant.Member, grant.Until, without),
            cancellationToken
        );
        if (answer.TryGet(out var view))
        {
            (one.View, one.State, one.Without) = (view, GrantState.Applied, without);
        }
        else
        {
            one.Refusal = answer.Refusal;
        }
    }

    // What the warehouse says of itself, not what a call answered.
    private async Task VerifyAsync(Dataset dataset, Observation[] applied, CancellationToken cancellationToken)
    {
        if (applied.Length == 0)
        {
            return;
        }

        var now =
            applied.Length < Many
                ? StandingObjects.OneByOne(warehouse)
                : await StandingObjects.AllAsync(warehouse, cancellationToken);
        var rules = await now.RulesAsync(dataset, cancellationToken);
        foreach (var one in applied)
        {
            var view = await now.FindViewAsync(one.Grant.ViewName, cancellationToken);
            var rule = one.Rule is null ? null : rules.GetValueOrDefault(one.Rule.Name);
            var isRight =
                view is { IsAuthorized: true }
                && view.Sql == one.View!.Sql
                && view.SmallestGroup == one.Grant.Plan.SmallestGroup
                && view.Readers.SequenceEqual([one.Grant.Member], StringComparer.Ordinal)
                && rule is not null
                && rule.Sql == one.Rule!.Sql
                && rule.Members.Contains(one.Grant.Member, StringComparer.Ordinal);
            one.State = isRight ? GrantState.Verified : GrantState.Applied;
        }
    }

    private static string? Drift(Grant grant, IssuedView found) =>
        found.Sql != grant.ViewSql ? "view_changed"
        : !found.Readers.SequenceEqual([grant.Member], StringComparer.Ordinal) ? "readers_changed"
        : !found.IsAuthorized ? "authorization_missing"
        : found.SmallestGroup != grant.Plan.SmallestGroup ? "smallest_group_changed"
        : null;
}
