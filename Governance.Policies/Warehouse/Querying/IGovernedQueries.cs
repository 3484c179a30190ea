namespace Governance.Policies.Warehouse.Querying;

/// <summary>
/// Answers SQL of a person over the views that were granted to them, and over nothing else: for warehouses that know no users of their
/// own. What holds is said in <see cref="GovernedQuery"/>.
/// </summary>
public interface IGovernedQueries
{
    /// <summary>
    /// Checks a query and begins to answer it. Everything that can be found before the first rows are there is a refusal here; later faults
    /// end the reading.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Stops the query, also while it is read.</param>
    Task<GovernedAnswer> RunAsync(GovernedQuery query, CancellationToken cancellationToken);
}
