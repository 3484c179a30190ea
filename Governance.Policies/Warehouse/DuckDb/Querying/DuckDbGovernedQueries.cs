using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// Governed queries on the one DuckDB file. The statement's tree is the first wall. The second: a connection that says who reads, in a
/// transaction that cannot write, of a database whose files and settings are shut (<see cref="DuckDbDatabase"/>).
/// </summary>
internal sealed class DuckDbGovernedQueries(DuckDbDatabase database, TimeProvider time) : IGovernedQueries
{
    // Beyond its time, a query is interrupted; this long it may take until it feels it, then its caller is answered all the same.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly QuerySlots _slots = new();

    public async Task<GovernedAnswer> RunAsync(GovernedQuery query, CancellationToken cancellationToken)
    {
        if (query.Members.IsDefaultOrEmpty || query.Members.Any(member => !Policies.Views.Members.IsMember(member)))
        {
            throw new ArgumentException("A query says who asks, as members.", nameof(query));
        }

        var person = query.Members[0];
        if (!_slots.TryTake(person, query.Limits.AtOnce, query.Limits.AtOncePerPerson))
        {
            return new(QueryErrors.Busy, null, null);
        }

        var run = new GovernedRun(database, time, query, cancellationToken);
        _ = Task.Run(
            () =>
            {
                try
                {
                    run.Run();
                }
                finally
                {
                    _slots.Release(person);
                }
            },
            CancellationToken.None
        );
        try
        {
            return await run.Answer.WaitAsync(query.Limits.Time + s_patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            run.Stop();
            return new(QueryErrors.Time, null, run.Statement);
        }
        catch (OperationCanceledException)
        {
            run.Stop();
            throw;
        }
    }
}
