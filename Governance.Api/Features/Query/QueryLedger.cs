using Governance.Api.Features.Ledger;
using Governance.Api.Identity;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Query;

/// <summary>What the ledger is told of queries.</summary>
internal sealed class QueryLedger(ILedger ledger, TimeProvider time)
{
    public QueryEntry Begin(Actor actor) => new(ledger, Guid.CreateVersion7(time.GetUtcNow()), actor.Id);
}

/// <summary>
/// One query in the ledger: who, which views, how many rows, and the statement's shape, in which literals have no place. Never cancelled: what
/// was seen stands there, also where its reader has left.
/// </summary>
internal sealed class QueryEntry(ILedger ledger, Guid id, string actor)
{
    public Guid Id => id;

    /// <summary>It is being answered, and its rows are not counted yet.</summary>
    public Task StartedAsync(QueriedStatement statement) => WriteAsync("query.started", Details(statement));

    /// <summary>Its rows were handed out.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="rows">How many.</param>
    /// <param name="code">Why not all; else <see langword="null"/>.</param>
    public Task AnsweredAsync(QueriedStatement statement, long rows, string? code)
    {
        var details = Details(statement);
        details.Add("rows", rows);
        details.Add("complete", code is null);
        if (code is not null)
        {
            details.Add("code", code);
        }

        return WriteAsync("query.answered", details);
    }

    /// <summary>It was refused.</summary>
    public Task RefusedAsync(QueriedStatement? statement, string code)
    {
        var details = statement is null ? LedgerDetails.None : Details(statement);
        details.Add("code", code);
        return WriteAsync("query.refused", details);
    }

    private static LedgerDetails Details(QueriedStatement statement) =>
        new()
        {
            { "shape", statement.Shape },
            { "datasets", Joined(statement.Views.Select(view => view.Dataset)) },
            { "views", Joined(statement.Views.Select(view => view.Name)) },
        };

    private static string Joined(IEnumerable<string> names) =>
        string.Join(',', names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private async Task WriteAsync(string action, LedgerDetails details) =>
        await ledger.AppendAsync(new LedgerFact(actor, action, $"query/{id}", details), CancellationToken.None);
}
