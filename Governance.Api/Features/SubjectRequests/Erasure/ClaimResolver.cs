using System.Runtime.InteropServices;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Finds the one person that claims point at.</summary>
/// <remarks>
/// A claim that its rows own (a customer id, an account number) points by itself. One that others have too (a phone number,
/// an address) only agrees or disagrees: it points at whoever owns the rows that hold it, and that must be one person.
/// </remarks>
internal sealed class ClaimResolver(
    Identifiers identifiers,
    IWarehouse warehouse,
    ClosureFinder closures,
    ScratchKeys scratch
)
{
    /// <summary>Resolves claims to a closure of one person.</summary>
    public async Task<Resolution> ResolveAsync(
        ErasureScope scope,
        ContractCatalog catalog,
        IReadOnlyCollection<IdentifierKey> claims,
        CancellationToken cancellationToken
    )
    {
        var known = (await identifiers.FindAsync(claims, cancellationToken))
            .Select(found => new LinkedIdentifier(found.Key.Domain, found.Value.Surrogate))
            .ToArray();
        var direct = known.Where(claim => scope.Domains.Contains(claim.Domain)).ToArray();
        var holders = await HoldersAsync(
            scope,
            catalog,
            known.Where(claim => !scope.Domains.Contains(claim.Domain)),
            cancellationToken
        );
        if (claims.Any(claim => scope.Domains.Contains(claim.Domain)))
        {
            var closure = await closures.FindAsync(scope, direct, stopAtSecondPerson: true, cancellationToken);
            return closure.People > 1 ? Resolution.SeveralPeople(closure.People)
                : holders.Exists(owners => !owners.Overlaps(closure.Identifiers)) ? Resolution.ClaimsDisagree
                : Resolution.Of(closure);
        }

        return await SharedOnlyAsync(scope, holders, cancellationToken);
    }

    // Per claim, the identifiers of those who own a row that holds it; claims that no row holds say nothing.
    private async Task<List<HashSet<LinkedIdentifier>>> HoldersAsync(
        ErasureScope scope,
        ContractCatalog catalog,
        IEnumerable<LinkedIdentifier> shared,
        CancellationToken cancellationToken
    )
    {
        List<HashSet<LinkedIdentifier>> holders = [];
        foreach (var claim in shared)
        {
            var owners = new HashSet<LinkedIdentifier>();
            await using var keys = await scratch.HoldAsync([claim], cancellationToken);
            foreach (var (dataset, owns) in scope.Owned)
            {
                Column[] from = [.. dataset.Identifiers().Where(column => IsSharedIn(column, claim.Domain))];
                if (from.Length > 0)
                {
                    owners.UnionWith(await warehouse.FollowAsync(keys.Name, dataset, from, owns, cancellationToken));
                }
            }

            if (owners.Count > 0)
            {
                holders.Add(owners);
            }
        }

        return holders;
    }

    private static bool IsSharedIn(Column column, string domain) =>
        column.Link == Link.Shared && string.Equals(column.Identifier, domain, StringComparison.Ordinal);

    private async Task<Resolution> SharedOnlyAsync(
        ErasureScope scope,
        List<HashSet<LinkedIdentifier>> holders,
        CancellationToken cancellationToken
    )
    {
        if (holders.Count == 0)
        {
            return Resolution.Of(new Closure(new HashSet<LinkedIdentifier>(), 0));
        }

        HashSet<LinkedIdentifier>? agreed = null;
        foreach (var owners in holders)
        {
            var all = await closures.FindAsync(scope, owners, stopAtSecondPerson: false, cancellationToken);
            var people = all.Identifiers.Where(one => one.Domain == scope.PrimaryDomain).ToHashSet();
            if (agreed is null)
            {
                agreed = people;
            }
            else
            {
                agreed.IntersectWith(people);
            }
        }

        return agreed!.Count switch
        {
            0 => Resolution.ClaimsDisagree,
            1 => Resolution.Of(await closures.FindAsync(scope, agreed, stopAtSecondPerson: true, cancellationToken)),
            _ => Resolution.SeveralPeople(agreed.Count),
        };
    }
}

/// <summary>What claims point at: one person's closure (perhaps an empty one), or a reason to ask again.</summary>
/// <param name="Closure">The closure, or <see langword="null"/>.</param>
/// <param name="Code">Why there is none: <c>several_people</c> or <c>claims_disagree</c>.</param>
/// <param name="People">How many people, where that is known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Resolution(Closure? Closure, string? Code, int? People)
{
    public const string SeveralPeopleCode = "several_people";
    public const string ClaimsDisagreeCode = "claims_disagree";

    /// <summary>The claims do not point at the same person, or at nobody who can be named.</summary>
    public static Resolution ClaimsDisagree => new(null, ClaimsDisagreeCode, null);

    /// <summary>The claims point at several people.</summary>
    public static Resolution SeveralPeople(int people) => new(null, SeveralPeopleCode, people);

    /// <summary>The claims point at one person, or at nobody.</summary>
    public static Resolution Of(Closure closure) =>
        closure.People > 1 ? SeveralPeople(closure.People) : new Resolution(closure, null, null);
}
