using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Preview;
using Governance.Api.Features.Access.ReadGrants;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using MediatR;

namespace Governance.Api.Features.Access.Explain;

/// <summary>Why does a grant show no rows, or not this column?</summary>
internal sealed record ExplainQuery(Guid Id, Actor Actor) : IRequest<Result<ExplainView>>;

/// <summary>The answer.</summary>
/// <param name="Grant">The grant's id.</param>
/// <param name="Summary">In a sentence: what is wrong, or that nothing is.</param>
/// <param name="Findings">What holds, and what does not, in the order in which it would stop a query.</param>
/// <param name="Rows">Which rows it shows.</param>
/// <param name="RowsNow">How many those are; left out where only groups are answered, or nobody can say.</param>
/// <param name="Columns">Every column of the dataset, with the reason where it is not shown, or not whole.</param>
internal sealed record ExplainView(
    Guid Grant,
    string Summary,
    IReadOnlyList<ExplainFinding> Findings,
    RowsView Rows,
    RowCountView? RowsNow,
    IReadOnlyList<ColumnView> Columns
);

/// <summary>One thing that was looked at.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Holds">Whether it is as it should be.</param>
/// <param name="Detail">In words.</param>
/// <param name="Next">What to do, where it does not hold.</param>
internal sealed record ExplainFinding(string Code, bool Holds, string Detail, string? Next);

internal sealed class ExplainHandler(
    GrantReading reading,
    AccessRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    TimeProvider time
) : IRequestHandler<ExplainQuery, Result<ExplainView>>
{
    public async Task<Result<ExplainView>> Handle(ExplainQuery query, CancellationToken cancellationToken)
    {
        if (await reading.FindAsync(query.Id, query.Actor, cancellationToken) is not { } grant)
        {
            return AccessFailures.UnknownGrant;
        }

        var request = await requests.FindAsync(grant.RequestId, cancellationToken);
        var dataset = contracts.Current.FindDataset(grant.Dataset);
        List<ExplainFinding> findings = [InForce(grant), Issued(grant)];
        RowCountView? rows = null;
        if (dataset is null)
        {
            findings.Add(
                new ExplainFinding(
                    "dataset",
                    false,
                    "No contract describes the dataset any more.",
                    $"Ask the team {grant.OwnerTeam}."
                )
            );
        }
        else
        {
            rows = await RowsAsync(findings, grant, dataset, cancellationToken);
        }

        return new ExplainView(
            grant.Id,
            findings.Find(finding => !finding.Holds)?.Detail
                ?? "Nothing stands in the way: a query of the view shows these rows and columns.",
            findings,
            RowsView.Of(grant.Plan.Condition, grant.RuleSql),
            rows,
            Columns(grant, request, dataset)
        );
    }

    private ExplainFinding InForce(Grant grant) =>
        grant.End is { } end
            ? new(
                "in_force",
                false,
                (end, grant.EndReason) switch
                {
                    (GrantEnd.Expiry, _) => $"Its time was over at {grant.Until:u}.",
                    (_, { Length: > 0 } reason) => $"It was ended at {grant.EndedAt:u}: {reason}",
                    _ => $"It was ended at {grant.EndedAt:u}.",
                },
                "Ask anew: POST /access-requests."
            )
        : grant.Until <= time.GetUtcNow()
            ? new("in_force", false, $"Its time was over at {grant.Until:u}.", "Ask anew: POST /access-requests.")
        : new("in_force", true, $"It is in force until {grant.Until:u}.", null);

    private static ExplainFinding Issued(Grant grant) =>
        grant switch
        {
            { FaultCode: not null } => new("issued", false, grant.FaultText!, "It is tried again of itself."),
            { State: GrantState.Verified } => new(
                "issued",
                true,
                "View and row rule stand in the warehouse as decided.",
                null
            ),
            { State: GrantState.Applied } => new(
                "issued",
                true,
                "The warehouse has taken view and row rule; they were not read back yet.",
                null
            ),
            { State: GrantState.Approved } => new(
                "issued",
                false,
                "It does not stand in the warehouse yet.",
                "Wait a moment, and ask again."
            ),
            _ => new("issued", false, "It was taken out of the warehouse.", "Ask anew: POST /access-requests."),
        };

    private async Task<RowCountView?> RowsAsync(
        List<ExplainFinding> findings,
        Grant grant,
        Dataset dataset,
        CancellationToken cancellationToken
    )
    {
        var words = RowConditionWords.Of(grant.Plan.Condition);
        if (grant.Plan.SmallestGroup is { } group)
        {
            findings.Add(
                new ExplainFinding(
                    "small_groups",
                    true,
                    $"Only groups of {group.Size} people or more are answered, told apart by {group.Subject}; rows are not shown. It shows {words}.",
                    null
                )
            );
            return null;
        }

        var counted = await warehouse.CountShownAsync(dataset, grant.Plan.Condition, cancellationToken);
        if (!counted.TryGet(out var count))
        {
            findings.Add(new ExplainFinding("rows", false, counted.Refusal!.Message, null));
            return null;
        }

        findings.Add(
            count switch
            {
                { Rows: 0 } => new(
                    "rows",
                    false,
                    "The table has no rows yet.",
                    "They come with the dataset's next events."
                ),
                { Matched: 0 } => new(
                    "rows",
                    false,
                    $"None of the table's {count.Rows} rows is one that you may see: it shows {words}.",
                    "Ask the owner which rows your team looks after."
                ),
                _ => new("rows", true, $"{count.Matched} of the table's {count.Rows} rows are shown: {words}.", null),
            }
        );
        return new RowCountView(count.Rows, count.Matched);
    }

    // What the grant shows; of the other columns, why not.
    private static ColumnView[] Columns(Grant grant, AccessRequest? request, Dataset? dataset)
    {
        var shown = grant.Plan.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var decided = (request?.Decision.Columns ?? []).ToDictionary(column => column.Name, StringComparer.Ordinal);
        var names = dataset?.Columns.Select(column => column.Name) ?? decided.Keys.AsEnumerable();
        return
        [
            .. names.Select(name =>
                shown.TryGetValue(name, out var column) ? ColumnView.Of(column)
                : decided.TryGetValue(name, out var hidden)
                && hidden.Showing == Governance.Policies.Decisions.ColumnShowing.Hidden
                    ? ColumnView.Of(hidden)
                : new ColumnView(
                    name,
                    Governance.Policies.Decisions.ColumnShowing.Hidden,
                    null,
                    [],
                    decided.ContainsKey(name)
                        ? "The grant has lost it since: a renewal dropped it, or the policies show it no longer."
                        : "It was not asked for."
                )
            ),
        ];
    }
}
