using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>All identifiers that <c>owns</c> links tie to where the search began.</summary>
/// <param name="Identifiers">The identifiers, with those that it began from.</param>
/// <param name="People">How many identifiers of the primary domain are among them: how many people they point at.</param>
internal sealed record Closure(IReadOnlySet<LinkedIdentifier> Identifiers, int People)
{
    /// <summary>Nobody's.</summary>
    public static Closure Empty { get; } = new(new HashSet<LinkedIdentifier>(), 0);
}

/// <summary>Closures that were found together.</summary>
internal sealed class Closures
{
    private readonly string _primaryDomain;
    private readonly LinkedGroups _groups;
    private readonly ILookup<int, LinkedIdentifier> _members;

    public Closures(string primaryDomain, LinkedGroups groups)
    {
        _primaryDomain = primaryDomain;
        _groups = groups;
        _members = groups.Identifiers.ToLookup(groups.GroupOf);
    }

    /// <summary>The closure of some of the identifiers that the search began from.</summary>
    public Closure Of(IEnumerable<LinkedIdentifier> start)
    {
        var members = start.Select(_groups.GroupOf).Distinct().SelectMany(group => _members[group]).ToHashSet();
        return new Closure(members, members.Count(IsPerson));
    }

    /// <summary>Whether an identifier stands for one person.</summary>
    public bool IsPerson(LinkedIdentifier identifier) =>
        string.Equals(identifier.Domain, _primaryDomain, StringComparison.Ordinal);
}

/// <summary>
/// Finds closures, set by set and for many people at once: the rows that hold a known identifier in an <c>owns</c> column yield all
/// identifiers that they own. <c>shared</c> and <c>lookup</c> columns are never walked, so that nobody is found through a neighbour.
/// </summary>
internal sealed class ClosureFinder(IWarehouse warehouse, ScratchKeys scratch)
{
    /// <summary>Finds the closures of some identifiers.</summary>
    /// <param name="scope">What the contracts say.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="mostPeople">A closure that holds more people than this is not followed further: nobody is erased by it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<Closures> FindAsync(
        ErasureScope scope,
        IEnumerable<LinkedIdentifier> start,
        int mostPeople,
        CancellationToken cancellationToken
    )
    {
        var groups = new LinkedGroups(scope.PrimaryDomain);
        List<LinkedIdentifier> frontier = [.. start.Where(groups.Add)];
        while (frontier.Count > 0)
        {
            LinkedIdentifier[] followed =
            [
                .. frontier.Where(identifier => groups.PeopleWith(identifier) <= mostPeople),
            ];
            frontier.Clear();
            foreach (var link in await StepAsync(scope, followed, cancellationToken))
            {
                if (groups.Add(link.Other))
                {
                    frontier.Add(link.Other);
                }

                groups.Join(link.Key, link.Other);
            }
        }

        return new Closures(scope.PrimaryDomain, groups);
    }

    private async Task<List<IdentifierLink>> StepAsync(
        ErasureScope scope,
        LinkedIdentifier[] frontier,
        CancellationToken cancellationToken
    )
    {
        List<IdentifierLink> found = [];
        if (frontier.Length == 0)
        {
            return found;
        }

        var domains = frontier.Select(identifier => identifier.Domain).ToHashSet(StringComparer.Ordinal);
        await using var keys = await scratch.HoldAsync(frontier, cancellationToken);

        // A table with one owned identifier can yield nothing that is not known; one without a domain of the frontier, nothing at all.
        foreach (var (dataset, owns) in scope.Owned.Where(scoped => scoped.Columns.Length > 1))
        {
            if (owns.Any(column => domains.Contains(column.Identifier!)))
            {
                found.AddRange(await warehouse.LinksAsync(keys.Name, dataset, owns, owns, cancellationToken));
            }
        }

        return found;
    }
}
