using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>All identifiers that <c>owns</c> links tie to where the search began.</summary>
/// <param name="Identifiers">The identifiers, with those that it began from.</param>
/// <param name="People">How many identifiers of the primary domain are among them: how many people they point at.</param>
internal sealed record Closure(IReadOnlySet<LinkedIdentifier> Identifiers, int People);

/// <summary>
/// Finds a closure, set by set: the rows that hold a known identifier in an <c>owns</c> column yield all identifiers that they
/// own. <c>shared</c> and <c>lookup</c> columns are never walked, so that nobody is found through a neighbour.
/// </summary>
internal sealed class ClosureFinder(IWarehouse warehouse, ScratchKeys scratch)
{
    /// <summary>Finds the closure.</summary>
    /// <param name="scope">What the contracts say.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stopAtSecondPerson">
    /// Stops as soon as two people are found; the answer then holds only what was found by then.
    /// </param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<Closure> FindAsync(
        ErasureScope scope,
        IEnumerable<LinkedIdentifier> start,
        bool stopAtSecondPerson,
        CancellationToken cancellationToken
    )
    {
        var known = start.ToHashSet();
        var frontier = known.ToArray();
        while (frontier.Length > 0 && !(stopAtSecondPerson && People(scope, known) > 1))
        {
            var found = await StepAsync(scope, frontier, cancellationToken);
            found.ExceptWith(known);
            known.UnionWith(found);
            frontier = [.. found];
        }

        return new Closure(known, People(scope, known));
    }

    private static int People(ErasureScope scope, HashSet<LinkedIdentifier> known) =>
        known.Count(identifier => identifier.Domain == scope.PrimaryDomain);

    private async Task<HashSet<LinkedIdentifier>> StepAsync(
        ErasureScope scope,
        LinkedIdentifier[] frontier,
        CancellationToken cancellationToken
    )
    {
        var domains = frontier.Select(identifier => identifier.Domain).ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<LinkedIdentifier>();
        await using var keys = await scratch.HoldAsync(frontier, cancellationToken);

        // A table with one owned identifier can yield nothing that is not known.
        foreach (var (dataset, owns) in scope.Owned.Where(scoped => scoped.Columns.Length > 1))
        {
            if (owns.Any(column => domains.Contains(column.Identifier!)))
            {
                found.UnionWith(await warehouse.FollowAsync(keys.Name, dataset, owns, owns, cancellationToken));
            }
        }

        return found;
    }
}
