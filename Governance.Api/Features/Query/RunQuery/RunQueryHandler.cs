using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Warehouse.Querying;
using MediatR;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Query.RunQuery;

internal sealed class RunQueryHandler(
    IEnumerable<IGovernedQueries> queries,
    IGrantedViews grants,
    QueryLedger ledger,
    IOptions<QueryOptions> options,
    TimeProvider time
) : IRequestHandler<RunQueryCommand, Result<RunningQuery>>
{
    private static readonly Failure s_elsewhere = Failure.NotOffered(
        "queries_elsewhere",
        "This service's warehouse answers queries itself.",
        "Query the published view that GET /grants/{id} names, in BigQuery, with your own identity."
    );

    private static readonly Failure s_nothing = Failure.Forbidden(
        "nothing_granted",
        "Nothing is granted to you at this moment.",
        "Ask for a dataset by POST /access-requests; GET /grants shows the state of what you asked for."
    );

    public async Task<Result<RunningQuery>> Handle(RunQueryCommand command, CancellationToken cancellationToken)
    {
        if (queries.FirstOrDefault() is not { } warehouse)
        {
            return s_elsewhere;
        }

        var parameters = QueryParameters.Read(command.Body.Parameters);
        if (!parameters.IsOk)
        {
            return parameters.Failure;
        }

        var now = time.GetUtcNow();
        var granted = await grants.ReadAsync(command.Actor, cancellationToken);
        GrantedView[] views = [.. granted.Views.Where(view => view.Until is not { } until || until > now)];
        if (views.Length == 0 || granted.Members.IsDefaultOrEmpty)
        {
            return command.Actor.Explain(s_nothing);
        }

        var entry = ledger.Begin(command.Actor);
        var answer = await warehouse.RunAsync(
            new GovernedQuery
            {
                Sql = command.Body.Sql,
                Parameters = parameters.Value,
                Views = [.. views],
                Members = granted.Members,
                Limits = options.Value.ToLimits(),
            },
            cancellationToken
        );
        if (answer.Rows is not { } rows)
        {
            await entry.RefusedAsync(answer.Statement, answer.Refusal!.Code);
            return QueryFailures.Of(answer.Refusal!);
        }

        try
        {
            await grants.RecordUseAsync(answer.Statement!, cancellationToken);
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }

        return new RunningQuery(entry, answer.Statement!, rows);
    }
}
