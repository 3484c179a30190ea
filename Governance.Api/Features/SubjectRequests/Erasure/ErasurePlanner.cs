using System.Globalization;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Makes the plan of an erasure. Nothing is changed but the scratch key set.</summary>
internal sealed class ErasurePlanner(
    IContractCatalogSource contracts,
    ICatalogRefresh refresh,
    ClaimResolver claims,
    IWarehouse warehouse,
    ScratchKeys scratch
)
{
    /// <summary>Resolves the claims and plans one item for each table with personal data.</summary>
    public async Task<Planning> PlanAsync(
        Guid requestId,
        string subject,
        IReadOnlyCollection<IdentifierKey> keys,
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
            return new Planning("unknown_subject", null, null);
        }

        var resolution = await claims.ResolveAsync(scope, catalog, keys, cancellationToken);
        if (resolution.Closure is not { } closure)
        {
            return new Planning(resolution.Code, resolution.People, null);
        }

        var shared = await SharedWithAsync(scope, closure.Identifiers, cancellationToken);
        var items = await ItemsAsync(requestId, scope, closure.Identifiers, shared, cancellationToken);
        return new Planning(
            null,
            null,
            new ErasurePlan(
                PlanHash.Of(requestId, subject, catalog, items),
                catalog,
                scope,
                closure.Identifiers,
                shared,
                await UnreachedAsync(scope, catalog, cancellationToken),
                items
            )
        );
    }

    /// <summary>The hash that a plan made now would have, without looking at data; <see langword="null"/> where no plan could be made.</summary>
    public string? CurrentHash(Guid requestId, string subject)
    {
        var catalog = contracts.Current;
        return ErasureScope.Of(catalog, subject) is { } scope
            ? PlanHash.Of(requestId, subject, catalog, Items(requestId, scope, static _ => 0))
            : null;
    }

    // A table whose dataset no contract names any more may hold anybody's rows, and nobody can say by which column.
    private async Task<IReadOnlyList<string>> UnreachedAsync(
        ErasureScope scope,
        ContractCatalog catalog,
        CancellationToken cancellationToken
    )
    {
        var tables = await warehouse.DescribeAsync(cancellationToken);
        var left = tables.Where(table => table.Rows > 0 && catalog.FindDataset(table.Name) is null);
        return [.. scope.Unreached.Concat(left.Select(table => table.Name)).Order(StringComparer.Ordinal)];
    }

    // What the person's rows share with others: counted, checked before a vault row goes, never walked.
    private async Task<IReadOnlySet<LinkedIdentifier>> SharedWithAsync(
        ErasureScope scope,
        IReadOnlySet<LinkedIdentifier> owned,
        CancellationToken cancellationToken
    )
    {
        var shared = new HashSet<LinkedIdentifier>();
        if (owned.Count == 0)
        {
            return shared;
        }

        await using var keys = await scratch.HoldAsync([.. owned], cancellationToken);
        foreach (var (dataset, owns) in scope.Owned)
        {
            var others = ErasureScope.Columns(dataset, Link.Shared);
            if (!others.IsEmpty)
            {
                shared.UnionWith(await warehouse.FollowAsync(keys.Name, dataset, owns, others, cancellationToken));
            }
        }

        return shared;
    }

    private async Task<List<RequestItem>> ItemsAsync(
        Guid requestId,
        ErasureScope scope,
        IReadOnlySet<LinkedIdentifier> owned,
        IReadOnlySet<LinkedIdentifier> shared,
        CancellationToken cancellationToken
    )
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (identifiers, tables) in new[] { (owned, scope.Owned), (shared, scope.Shared) })
        {
            if (identifiers.Count == 0)
            {
                continue;
            }

            await using var keys = await scratch.HoldAsync([.. identifiers], cancellationToken);
            foreach (var (dataset, columns) in tables)
            {
                var count = await warehouse.CountAsync(keys.Name, dataset, columns, cancellationToken);
                counts.Add(dataset.Name, count.Matched);
            }
        }

        return Items(requestId, scope, dataset => counts.GetValueOrDefault(dataset.Name));
    }

    private static List<RequestItem> Items(Guid requestId, ErasureScope scope, Func<Dataset, long> estimate) =>
        [
            .. scope
                .Owned.Select(scoped => (Scoped: scoped, Action: ActionOf(scoped.Dataset.OnErasure)))
                .Concat(scope.Shared.Select(scoped => (Scoped: scoped, Action: ItemAction.Shared)))
                .OrderBy(item => item.Scoped.Dataset.Name, StringComparer.Ordinal)
                .Select(
                    (item, position) =>
                        new RequestItem
                        {
                            RequestId = requestId,
                            Position = position,
                            Dataset = item.Scoped.Dataset.Name,
                            ContractId = item.Scoped.Dataset.ContractId,
                            Action = item.Action,
                            Columns = [.. item.Scoped.Columns.Select(column => column.Path)],
                            Ground = GroundOf(item.Action, item.Scoped.Dataset.OnErasure),
                            Period = PeriodOf(item.Action, item.Scoped.Dataset.OnErasure),
                            EstimatedRows = estimate(item.Scoped.Dataset),
                        }
                ),
        ];

    private static ItemAction ActionOf(ErasureRule rule) =>
        rule.Action switch
        {
            ErasureAction.Clear => ItemAction.Clear,
            ErasureAction.Retain => ItemAction.Retain,
            _ => ItemAction.Delete,
        };

    private static string? GroundOf(ItemAction action, ErasureRule rule) =>
        action switch
        {
            ItemAction.Retain => rule.LegalBasis,
            ItemAction.Shared => RequestItem.SharedGround,
            _ => null,
        };

    private static string? PeriodOf(ItemAction action, ErasureRule rule) =>
        action is ItemAction.Retain && rule.Period is { } period
            ? string.Create(CultureInfo.InvariantCulture, $"{period.Value}{period.Unit}")
            : null;
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
