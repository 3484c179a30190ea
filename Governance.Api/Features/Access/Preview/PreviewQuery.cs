using Governance.Api.Features.Access.Ask;
using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using MediatR;

namespace Governance.Api.Features.Access.Preview;

/// <summary>What a request would come to, without asking: nothing is stored, and nobody is told.</summary>
internal sealed record PreviewQuery(Asked Asked, Actor Actor) : IRequest<Result<PreviewView>>;

/// <summary>What would be seen.</summary>
/// <param name="Decision">What the policies say now.</param>
/// <param name="Refusals">Why nothing would be granted; empty where something would.</param>
/// <param name="Columns">The view's columns.</param>
/// <param name="Rows">The view's rows.</param>
/// <param name="RowsNow">How many of the table's rows those are now; left out where only groups are answered.</param>
/// <param name="Sql">What would be issued.</param>
/// <param name="Fault">Why it cannot be issued at this moment.</param>
internal sealed record PreviewView(
    DecisionView Decision,
    IReadOnlyList<DecisionReason> Refusals,
    IReadOnlyList<ColumnView> Columns,
    RowsView? Rows,
    RowCountView? RowsNow,
    IssuedSqlView? Sql,
    DecisionReason? Fault
);

/// <summary>Rows of a table: in all, and those that are shown.</summary>
internal sealed record RowCountView(long InAll, long Shown);

/// <summary>What carries a grant out in the warehouse.</summary>
/// <param name="View">The view's statement.</param>
/// <param name="RowRule">The row rule's condition.</param>
internal sealed record IssuedSqlView(string? View, string? RowRule);

internal sealed class PreviewHandler(
    AccessDecider decider,
    GrantMembers members,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    TimeProvider time
) : IRequestHandler<PreviewQuery, Result<PreviewView>>
{
    public async Task<Result<PreviewView>> Handle(PreviewQuery query, CancellationToken cancellationToken)
    {
        var asked = query.Asked;
        if (contracts.Current.FindDataset(asked.Dataset) is not { } dataset)
        {
            return AccessFailures.UnknownDataset;
        }

        var member = members.Of(query.Actor);
        if (!member.IsOk)
        {
            return member.Failure;
        }

        var decided = await decider.DecideAsync(
            new AccessQuestion(
                PolicySubjects.Of(query.Actor),
                dataset,
                asked.Purpose,
                [.. asked.Columns],
                asked.Duration
            ),
            cancellationToken
        );
        var decision = DecisionView.Of(decided.Decision);
        return decided.Plan is { } plan
            ? await DraftAsync(dataset, decision, plan, member.Value, decided.Decision.Until!.Value, cancellationToken)
            : new PreviewView(decision, decided.Refusals, [], null, null, null, null);
    }

    private async Task<PreviewView> DraftAsync(
        Dataset dataset,
        DecisionView decision,
        ViewPlan plan,
        string member,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var name = IssuedNames.OfView(dataset.Name, Guid.CreateVersion7(time.GetUtcNow()));
        var view = await warehouse.DraftViewAsync(plan.View(name, dataset, member, until), cancellationToken);
        var rule = await warehouse.DraftRowRuleAsync(
            new RowRule(IssuedNames.OfRowRule(plan.Condition), dataset, plan.Condition, [member]),
            cancellationToken
        );
        var fault = view.Refusal ?? rule.Refusal;
        RowCountView? count = null;
        // A count would tell of a group that is too small.
        if (fault is null && plan.SmallestGroup is null)
        {
            var counted = await warehouse.CountShownAsync(dataset, plan.Condition, cancellationToken);
            count = counted.TryGet(out var rows) ? new RowCountView(rows.Rows, rows.Matched) : null;
        }

        return new PreviewView(
            decision,
            [],
            [.. plan.Columns.Select(ColumnView.Of)],
            RowsView.Of(plan.Condition, rule.TryGet(out var condition) ? condition : null),
            count,
            fault is null ? new IssuedSqlView(view.Value, rule.Value) : null,
            fault is null ? null : new DecisionReason(fault.Code, fault.Message)
        );
    }
}
