using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Issuing;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using Governance.Policies.Warehouse.Querying;
using MediatR;

namespace Governance.Api.Features.Access.ReadGrants;

/// <summary>The grants that somebody may see, the newest first.</summary>
/// <param name="State">Only those in this state.</param>
/// <param name="Dataset">Only those of this dataset.</param>
/// <param name="Take">How many at most.</param>
/// <param name="Actor">Who reads.</param>
internal sealed record ListGrantsQuery(string? State, string? Dataset, int Take, Actor Actor)
    : IRequest<Result<GrantsAnswer>>;

/// <summary>One grant.</summary>
internal sealed record GetGrantQuery(Guid Id, Actor Actor) : IRequest<Result<GrantView>>;

/// <summary>What stands in the warehouse and nobody granted.</summary>
internal sealed record ListFindingsQuery : IRequest<Result<FindingsAnswer>>;

/// <summary>Grants.</summary>
internal sealed record GrantsAnswer(IReadOnlyList<GrantView> Grants);

/// <summary>Findings; those that are gone come last.</summary>
internal sealed record FindingsAnswer(IReadOnlyList<FindingView> Findings);

/// <summary>A view or a row rule that nobody granted.</summary>
internal sealed record FindingView(
    string Kind,
    string Dataset,
    string Name,
    int Members,
    DateTimeOffset FoundAt,
    DateTimeOffset? GoneAt
);

internal sealed class ReadGrantsHandler(
    GrantStore grants,
    GrantReading reading,
    GrantFindings findings,
    IEnumerable<IGovernedQueries> queries
)
    : IRequestHandler<ListGrantsQuery, Result<GrantsAnswer>>,
        IRequestHandler<GetGrantQuery, Result<GrantView>>,
        IRequestHandler<ListFindingsQuery, Result<FindingsAnswer>>
{
    private const int Most = 500;

    public async Task<Result<GrantsAnswer>> Handle(ListGrantsQuery query, CancellationToken cancellationToken)
    {
        GrantState? wanted = null;
        if (query.State is { } name)
        {
            if (!Enum.TryParse<GrantState>(name, ignoreCase: true, out var state) || !Enum.IsDefined(state))
            {
                return Failure.Invalid(
                    "unknown_state",
                    "The state is approved, applied, verified, expired or revoked."
                );
            }

            wanted = state;
        }

        if (query.Take is < 1 or > Most)
        {
            return Failure.Invalid("out_of_range", $"take is 1 to {Most}.");
        }

        // The same question has the same answer: many grants are of few people and datasets.
        var may = new Dictionary<PendingRequest, bool>();
        var seen = await ReadablePages.TakeAsync(
            (skip, take) =>
                grants.ReadAsync(
                    all =>
                        all.Where(grant => wanted == null || grant.State == wanted)
                            .Where(grant => query.Dataset == null || grant.Dataset == query.Dataset)
                            .OrderByDescending(grant => grant.GrantedAt)
                            .ThenByDescending(grant => grant.Id)
                            .Skip(skip)
                            .Take(take),
                    cancellationToken
                ),
            async grant =>
            {
                var question = grant.ForApproval with { ApprovedBy = [], Approvals = 0 };
                if (!may.TryGetValue(question, out var isTheirs))
                {
                    may[question] = isTheirs = await reading.MayAsync(
                        ApprovalAct.Read,
                        grant,
                        query.Actor,
                        cancellationToken
                    );
                }

                return isTheirs;
            },
            query.Take
        );
        return new GrantsAnswer([.. seen.Select(grant => GrantView.Of(grant, queries.Any()))]);
    }

    public async Task<Result<GrantView>> Handle(GetGrantQuery query, CancellationToken cancellationToken) =>
        await reading.FindAsync(query.Id, query.Actor, cancellationToken) is { } grant
            ? GrantView.Of(grant, queries.Any())
            : AccessFailures.UnknownGrant;

    public async Task<Result<FindingsAnswer>> Handle(ListFindingsQuery query, CancellationToken cancellationToken) =>
        new FindingsAnswer([
            .. (await findings.ReadAsync(cancellationToken)).Select(one => new FindingView(
                one.Kind,
                one.Dataset,
                one.Name,
                one.Members,
                one.FoundAt,
                one.GoneAt
            )),
        ]);
}
