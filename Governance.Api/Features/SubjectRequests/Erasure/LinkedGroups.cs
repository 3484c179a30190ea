using System.Runtime.InteropServices;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// Identifiers in groups that links tie together, and how many people each group holds: a union-find, so that many people's closures grow
/// side by side. Two groups are never partly one: what one row ties together belongs together for whoever is asked for.
/// </summary>
internal sealed class LinkedGroups(string primaryDomain)
{
    private readonly Dictionary<LinkedIdentifier, int> _places = [];
    private readonly List<int> _parents = [];
    private readonly List<int> _people = [];

    /// <summary>All identifiers that are known.</summary>
    public IReadOnlyCollection<LinkedIdentifier> Identifiers => _places.Keys;

    /// <summary>Adds an identifier in a group of its own.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(LinkedIdentifier identifier)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, identifier, out var isKnown);
        if (isKnown)
        {
            return false;
        }

        place = _parents.Count;
        _parents.Add(place);
        _people.Add(string.Equals(identifier.Domain, primaryDomain, StringComparison.Ordinal) ? 1 : 0);
        return true;
    }

    /// <summary>The groups of two known identifiers become one.</summary>
    public void Join(LinkedIdentifier one, LinkedIdentifier other)
    {
        var (first, second) = (GroupOf(one), GroupOf(other));
        if (first != second)
        {
            _parents[second] = first;
            _people[first] += _people[second];
        }
    }

    /// <summary>The group of a known identifier, until the next join.</summary>
    public int GroupOf(LinkedIdentifier identifier)
    {
        var root = _places[identifier];
        while (_parents[root] != root)
        {
            // Every second step is shortened on the way, so that the next one is shorter.
            _parents[root] = _parents[_parents[root]];
            root = _parents[root];
        }

        return root;
    }

    /// <summary>How many identifiers of the primary domain a known identifier's group holds.</summary>
    public int PeopleWith(LinkedIdentifier identifier) => _people[GroupOf(identifier)];
}
