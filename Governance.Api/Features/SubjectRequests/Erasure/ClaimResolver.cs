using System.Runtime.InteropServices;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Finds the one person that claims point at, for many requests at once.</summary>
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
    /// <summary>Resolves each one's claims to a closure of one person.</summary>
    /// <param name="scope">What the contracts say.</param>
    /// <param name="people">Who claims what.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>In the same order.</returns>
    public async Task<IReadOnlyList<Resolution>> ResolveAsync(
        ErasureScope scope,
        IReadOnlyList<Person> people,
        CancellationToken cancellationToken
    )
    {
        var found = await identifiers.FindAsync(
            [.. people.SelectMany(person => person.Claims).Distinct()],
            cancellationToken
        );
        LinkedIdentifier[] known =
        [
            .. found.Select(pair => new LinkedIdentifier(pair.Key.Domain, pair.Value.Surrogate)),
        ];
        var holders = await HoldersAsync(scope, [.. known.Where(one => !IsDirect(scope, one))], cancellationToken);
        var all = await closures.FindAsync(
            scope,
            known.Where(one => IsDirect(scope, one)).Concat(holders.SelectMany(owners => owners)),
            people.Max(person => person.MostIdentities),
            cancellationToken
        );
        return
        [
            .. people.Select(person =>
                Resolve(
                    all,
                    person,
                    [
                        .. person
                            .Claims.Where(found.ContainsKey)
                            .Select(claim => new LinkedIdentifier(claim.Domain, found[claim].Surrogate)),
                    ],
                    scope,
                    holders
                )
            ),
        ];
    }

    private static bool IsDirect(ErasureScope scope, LinkedIdentifier claim) => scope.Domains.Contains(claim.Domain);

    private static Resolution Resolve(
        Closures closures,
        Person person,
        LinkedIdentifier[] claims,
        ErasureScope scope,
        ILookup<LinkedIdentifier, LinkedIdentifier> holders
    )
    {
        // Per claim, those who own a row that holds it; claims that no row holds say nothing.
        LinkedIdentifier[][] owners =
        [
            .. claims
                .Where(claim => !IsDirect(scope, claim) && holders.Contains(claim))
                .Select(claim => holders[claim].ToArray()),
        ];
        if (person.Claims.Any(claim => scope.Domains.Contains(claim.Domain)))
        {
            var closure = closures.Of(claims.Where(claim => IsDirect(scope, claim)));
            return closure.People > person.MostIdentities ? Resolution.SeveralPeople(closure.People)
                : Array.Exists(owners, one => !closure.Identifiers.Overlaps(one)) ? Resolution.ClaimsDisagree
                : Resolution.Of(closure);
        }

        return SharedOnly(closures, owners, person.MostIdentities);
    }

    private static Resolution SharedOnly(Closures closures, LinkedIdentifier[][] owners, int mostIdentities)
    {
        HashSet<LinkedIdentifier>? agreed = null;
        foreach (var one in owners)
        {
            var people = closures.Of(one).Identifiers.Where(closures.IsPerson).ToHashSet();
            if (agreed is null)
            {
                agreed = people;
            }
            else
            {
                agreed.IntersectWith(people);
            }
        }

        return agreed switch
        {
            null => Resolution.Of(Closure.Empty),
            { Count: 0 } => Resolution.ClaimsDisagree,
            _ when closures.Of(agreed) is var closure && closure.People <= mostIdentities => Resolution.Of(closure),
            _ => Resolution.SeveralPeople(agreed.Count),
        };
    }

    private async Task<ILookup<LinkedIdentifier, LinkedIdentifier>> HoldersAsync(
        ErasureScope scope,
        LinkedIdentifier[] shared,
        CancellationToken cancellationToken
    )
    {
        List<IdentifierLink> links = [];
        if (shared.Length > 0)
        {
            var domains = shared.Select(claim => claim.Domain).ToHashSet(StringComparer.Ordinal);
            await using var keys = await scratch.HoldAsync(shared, cancellationToken);
            foreach (var (dataset, owns) in scope.Owned)
            {
                Column[] from = [.. dataset.Identifiers().Where(column => IsSharedIn(column, domains))];
                if (from.Length > 0)
                {
                    links.AddRange(await warehouse.LinksAsync(keys.Name, dataset, from, owns, cancellationToken));
                }
            }
        }

        return links.Distinct().ToLookup(link => link.Key, link => link.Other);
    }

    private static bool IsSharedIn(Column column, HashSet<string> domains) =>
        column.Link == Link.Shared && domains.Contains(column.Identifier!);
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
    public static Resolution Of(Closure closure) => new(closure, null, null);
}
