using System.Collections.Concurrent;
using System.Collections.Immutable;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Makes the plans of erasures, of one or of many together. Nothing is changed but the scratch key set.</summary>
internal sealed class ErasurePlanner(
    IContractCatalogSource contracts,
    ICatalogRefresh refresh,
    ClaimResolver claims,
    IWarehouse warehouse,
    ScratchKeys scratch
)
{
    // Tables are only read here, and a warehouse answers several at once: with a thousand tables it matters.
    private const int TablesAtOnce = 8;

    /// <summary>Resolves one request's claims and plans one item for each table with personal data, with what its statement would read.</summary>
    public async Task<Planning> PlanAsync(string subject, Person person, CancellationToken cancellationToken) =>
        (await PlanAsync(subject, [person], isEstimated: true, cancellationToken))[0];

    /// <summary>Plans for many people at once: each table is read once, however many they are.</summary>
    /// <param name="subject">Their kind.</param>
    /// <param name="people">The people.</param>
    /// <param name="isEstimated">Whether the warehouse is asked what the statements would read.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Plans, or why there is none, in the same order.</returns>
    public async Task<IReadOnlyList<Planning>> PlanAsync(
        string subject,
        IReadOnlyList<Person> people,
        bool isEstimated,
        CancellationToken cancellationToken
    )
    {
        // The gate first, then the scratch key set, whoever asks: the other way round, a look at a new request and an erasure
        // that is under way would wait for each other for ever.
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);

        // A table that another process has just published must not be left out.
        await refresh.RefreshAsync(cancellationToken);

        // One snapshot for all of it: a contract that is published meanwhile is noticed by the hash.
        var catalog = contracts.Current;
        if (ErasureScope.Of(catalog, subject) is not { } scope)
        {
            return [.. people.Select(_ => new Planning("unknown_subject", null, null))];
        }

        var resolutions = await claims.ResolveAsync(scope, people, cancellationToken);
        var unreached = await UnreachedAsync(scope, catalog, cancellationToken);
        var found = await FindAsync(scope, people, resolutions, isEstimated, cancellationToken);
        return
        [
            .. people.Select(
                (one, at) =>
                    resolutions[at].Closure is { } closure
                        ? new Planning(null, null, PlanOf(one, subject, catalog, scope, closure, unreached, found))
                        : new Planning(resolutions[at].Code, resolutions[at].People, null)
            ),
        ];
    }

    /// <summary>The identifiers that a request's claims point at now; none where they point at nobody, or at several people.</summary>
    public async Task<Closure> FindAsync(SubjectRequest request, CancellationToken cancellationToken)
    {
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        if (ErasureScope.Of(contracts.Current, request.Subject) is not { } scope)
        {
            return Closure.Empty;
        }

        var resolutions = await claims.ResolveAsync(scope, [Person.Of(request)], cancellationToken);
        return resolutions[0].Closure ?? Closure.Empty;
    }

    /// <summary>The hash that a plan made now would have, without looking at data; <see langword="null"/> where no plan could be made.</summary>
    public string? CurrentHash(SubjectRequest request)
    {
        var catalog = contracts.Current;
        return ErasureScope.Of(catalog, request.Subject) is { } scope
            ? PlanHash.Of(
                request.Id,
                request.Subject,
                catalog,
                PlannedItems.Of(request.Id, scope, static _ => default),
                request.Waivers
            )
            : null;
    }

    private static ErasurePlan PlanOf(
        Person person,
        string subject,
        ContractCatalog catalog,
        ErasureScope scope,
        Closure closure,
        IReadOnlyList<string> unreached,
        Findings found
    )
    {
        var items = PlannedItems.Of(
            person.RequestId,
            scope,
            dataset => new(found.Rows(person.RequestId, dataset), found.Bytes.GetValueOrDefault(dataset.Name))
        );
        var hash = PlanHash.Of(person.RequestId, subject, catalog, items, person.Waivers);
        items.AddRange(PlannedItems.Waived(person.RequestId, items.Count, unreached, person.Waivers));
        return new ErasurePlan(
            hash,
            catalog,
            scope,
            closure.Identifiers,
            found.Shared[person.RequestId].ToHashSet(),
            [.. unreached.Where(table => !person.Waivers.Any(waiver => waiver.Dataset == table))],
            items
        );
    }

    // A table whose dataset no contract names any more may hold anybody's rows, and nobody can say by which column; so may one that has
    // lost the column by which its contract says that people are found.
    private async Task<IReadOnlyList<string>> UnreachedAsync(
        ErasureScope scope,
        ContractCatalog catalog,
        CancellationToken cancellationToken
    )
    {
        var filled = await warehouse.FindFilledAsync(cancellationToken);
        List<string> unreached = [.. scope.Unreached, .. filled.Where(table => catalog.FindDataset(table) is null)];
        var lost = new ConcurrentBag<string>();
        await EachAsync(
            scope.Owned.Where(scoped => filled.Contains(scoped.Dataset.Name)),
            async (dataset, columns) =>
            {
                if (await warehouse.FindReachAsync(dataset, columns, cancellationToken) is TableReach.NoColumn)
                {
                    lost.Add(dataset.Name);
                }
            },
            cancellationToken
        );
        return [.. unreached.Concat(lost).Order(StringComparer.Ordinal)];
    }

    private async Task<Findings> FindAsync(
        ErasureScope scope,
        IReadOnlyList<Person> people,
        IReadOnlyList<Resolution> resolutions,
        bool isEstimated,
        CancellationToken cancellationToken
    )
    {
        OwnedKey[] owned =
        [
            .. people.SelectMany(
                (one, at) =>
                    (resolutions[at].Closure?.Identifiers ?? Closure.Empty.Identifiers).Select(
                        identifier => new OwnedKey(identifier, one.RequestId)
                    )
            ),
        ];
        if (owned.Length == 0)
        {
            return Findings.None;
        }

        var counts = new ConcurrentDictionary<string, IReadOnlyDictionary<Guid, long>>(StringComparer.Ordinal);
        var bytes = new ConcurrentDictionary<string, long?>(StringComparer.Ordinal);
        ILookup<Guid, LinkedIdentifier> shared;
        await using (var keys = await scratch.HoldAsync(owned, cancellationToken))
        {
            await EachAsync(
                scope.Owned,
                async (dataset, columns) =>
                {
                    await CountAsync(counts, keys.Name, dataset, columns, cancellationToken);
                    if (isEstimated)
                    {
                        bytes[dataset.Name] = await EstimateAsync(keys.Name, dataset, columns, cancellationToken);
                    }
                },
                cancellationToken
            );
            shared = await SharedWithAsync(scope, keys.Name, owned, cancellationToken);
        }

        await CountSharedAsync(scope, shared, counts, cancellationToken);
        return new Findings(counts, bytes, shared);
    }

    private async Task<long?> EstimateAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    )
    {
        if (dataset.OnErasure.Action is ErasureAction.Retain)
        {
            return null;
        }

        var job = new ErasureJob("estimate", keySet, dataset, columns, dataset.OnErasure.Action);
        var answer = await warehouse.EstimateAsync(job, cancellationToken);
        return answer.TryGet(out var estimate) ? estimate.Bytes : null;
    }

    // What each one's rows share with others: counted, checked before a vault row goes, never walked.
    private async Task<ILookup<Guid, LinkedIdentifier>> SharedWithAsync(
        ErasureScope scope,
        string keySet,
        OwnedKey[] owned,
        CancellationToken cancellationToken
    )
    {
        var owners = owned.ToLookup(key => key.Identifier, key => key.Owner);
        var shared = new HashSet<OwnedKey>();
        foreach (var (dataset, owns) in scope.Owned)
        {
            var others = ErasureScope.Columns(dataset, Link.Shared);
            if (others.IsEmpty)
            {
                continue;
            }

            foreach (var link in await warehouse.LinksAsync(keySet, dataset, owns, others, cancellationToken))
            {
                shared.UnionWith(owners[link.Key].Select(owner => new OwnedKey(link.Other, owner)));
            }
        }

        return shared.ToLookup(key => key.Owner, key => key.Identifier);
    }

    private async Task CountSharedAsync(
        ErasureScope scope,
        ILookup<Guid, LinkedIdentifier> shared,
        ConcurrentDictionary<string, IReadOnlyDictionary<Guid, long>> counts,
        CancellationToken cancellationToken
    )
    {
        OwnedKey[] all =
        [
            .. shared.SelectMany(owner => owner.Select(identifier => new OwnedKey(identifier, owner.Key))),
        ];
        if (all.Length == 0)
        {
            return;
        }

        await using var keys = await scratch.HoldAsync(all, cancellationToken);
        await EachAsync(
            scope.Shared,
            (dataset, columns) => CountAsync(counts, keys.Name, dataset, columns, cancellationToken),
            cancellationToken
        );
    }

    private async Task CountAsync(
        ConcurrentDictionary<string, IReadOnlyDictionary<Guid, long>> counts,
        string keySet,
        Dataset dataset,
        ImmutableArray<Column> columns,
        CancellationToken cancellationToken
    ) => counts[dataset.Name] = await warehouse.CountByOwnerAsync(keySet, dataset, columns, cancellationToken);

    private static Task EachAsync(
        IEnumerable<ScopedDataset> tables,
        Func<Dataset, ImmutableArray<Column>, Task> look,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            tables,
            new ParallelOptions { MaxDegreeOfParallelism = TablesAtOnce, CancellationToken = cancellationToken },
            async (table, _) => await look(table.Dataset, table.Columns)
        );

    private sealed record Findings(
        IReadOnlyDictionary<string, IReadOnlyDictionary<Guid, long>> Counts,
        IReadOnlyDictionary<string, long?> Bytes,
        ILookup<Guid, LinkedIdentifier> Shared
    )
    {
        public static Findings None { get; } =
            new(
                new Dictionary<string, IReadOnlyDictionary<Guid, long>>(StringComparer.Ordinal),
                new Dictionary<string, long?>(StringComparer.Ordinal),
                Array.Empty<OwnedKey>().ToLookup(key => key.Owner, key => key.Identifier)
            );

        public long Rows(Guid owner, Dataset dataset) =>
            Counts.TryGetValue(dataset.Name, out var counts) ? counts.GetValueOrDefault(owner) : 0;
    }
}

/// <summary>Whoever a plan is made for.</summary>
/// <param name="RequestId">Their request.</param>
/// <param name="Claims">What they claim.</param>
/// <param name="Waivers">Tables that nobody needs to reach for them.</param>
internal sealed record Person(Guid RequestId, IReadOnlyCollection<IdentifierKey> Claims, IReadOnlyList<Waiver> Waivers)
{
    /// <summary>How many identifiers of the primary domain are known to be theirs: more than 1 where they are registered twice.</summary>
    public int MostIdentities { get; init; } = 1;

    /// <summary>Whoever made a request.</summary>
    public static Person Of(SubjectRequest request) =>
        new(request.Id, [.. request.Claims.Select(claim => claim.Key)], request.Waivers)
        {
            MostIdentities = request.AcceptedPeople,
        };
}

/// <summary>A plan, or why there is none.</summary>
/// <param name="Code">Why there is none.</param>
/// <param name="People">How many people the claims point at, where that is why.</param>
/// <param name="Plan">The plan.</param>
internal sealed record Planning(string? Code, int? People, ErasurePlan? Plan);

/// <summary>A plan as made from one snapshot of contracts.</summary>
internal sealed record ErasurePlan(
    string Hash,
    ContractCatalog Catalog,
    ErasureScope Scope,
    IReadOnlySet<LinkedIdentifier> Owned,
    IReadOnlySet<LinkedIdentifier> Shared,
    IReadOnlyList<string> Unreached,
    IReadOnlyList<RequestItem> Items
);
