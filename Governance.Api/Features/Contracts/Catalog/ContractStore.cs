using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>
/// Publishes contracts: checked against all others, stored, written to the ledger and put in force in one write, so that no
/// two publications can each be right alone and wrong together.
/// </summary>
internal sealed class ContractStore(
    IStateStore store,
    ILedger ledger,
    ContractReader reader,
    ContractLinter linter,
    ContractCatalogSource catalog,
    TimeProvider time
) : ICatalogRefresh
{
    /// <summary>How faults name the document that is published.</summary>
    public const string Document = "document";

    /// <summary>Puts in force what is stored.</summary>
    /// <returns>How many contracts there are.</returns>
    /// <exception cref="StoredContractsException">They hold faults, so that no catalog can be made of them.</exception>
    public async Task<int> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(db => InForceAsync(db, cancellationToken), cancellationToken);
        var report = linter.Lint(stored.Values.Select(Text));
        if (report.Faults.Count > 0)
        {
            throw new StoredContractsException(report.Faults);
        }

        catalog.Replace(new ContractCatalog(report.Contracts), Newest(stored));
        return stored.Count;
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var newest = await store.ReadAsync(db => NewestAsync(db, cancellationToken), cancellationToken);
        if (newest > catalog.Publication)
        {
            await LoadAsync(cancellationToken);
        }
    }

    /// <summary>The versions in force, by id.</summary>
    public Task<Dictionary<string, PublishedContract>> ReadAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(db => InForceAsync(db, cancellationToken), cancellationToken);

    /// <summary>Publishes contracts together, or none of them.</summary>
    public Task<Result<IReadOnlyList<Published>>> PublishAsync(
        IReadOnlyList<Publication> publications,
        CancellationToken cancellationToken
    ) => store.WriteAsync(db => PublishAsync(db, publications, cancellationToken), cancellationToken);

    private static async Task<Dictionary<string, PublishedContract>> InForceAsync(
        StateDbContext db,
        CancellationToken cancellationToken
    )
    {
        var newest = db.Set<PublishedContract>()
            .GroupBy(contract => contract.ContractId)
            .Select(versions => versions.Max(contract => contract.Publication));
        return await db.Set<PublishedContract>()
            .AsNoTracking()
            .Where(contract => newest.Contains(contract.Publication))
            .ToDictionaryAsync(contract => contract.ContractId, StringComparer.Ordinal, cancellationToken);
    }

    private static long Newest(Dictionary<string, PublishedContract> stored) =>
        stored.Count == 0 ? 0 : stored.Values.Max(contract => contract.Publication);

    private static async Task<long> NewestAsync(StateDbContext db, CancellationToken cancellationToken) =>
        await db.Set<PublishedContract>().Select(contract => (long?)contract.Publication).MaxAsync(cancellationToken)
        ?? 0;

    private static ContractText Text(PublishedContract contract) => new(contract.ContractId, contract.Yaml);

    private async Task<Result<IReadOnlyList<Published>>> PublishAsync(
        StateDbContext db,
        IReadOnlyList<Publication> publications,
        CancellationToken cancellationToken
    )
    {
        var stored = await InForceAsync(db, cancellationToken);
        var ids = publications.Select(publication => publication.Id).ToHashSet(StringComparer.Ordinal);
        var others = stored.Values.Where(contract => !ids.Contains(contract.ContractId)).ToArray();
        // The new ones stand last, so that a name taken twice is their fault.
        var report = linter.Lint(
            others
                .Select(Text)
                .Concat(publications.Select(one => new ContractText(NameOf(publications, one), one.Yaml, one.Id)))
        );
        if (ContractFaults.Judge(report, publications.Select(one => NameOf(publications, one))) is { } failure)
        {
            return failure;
        }

        var published = new List<Published>();
        var number = await NewestAsync(db, cancellationToken);
        foreach (var publication in publications)
        {
            var contract = report.Contracts.First(one => one.Id == publication.Id);
            stored.TryGetValue(publication.Id, out var before);
            if (before?.Hash == contract.Hash)
            {
                published.Add(new Published(before, contract, IsNew: false, IsChanged: false, []));
                continue;
            }

            if (await IsTakenAsync(db, contract, cancellationToken))
            {
                return Failure.Conflict(
                    "version_taken",
                    $"Version {contract.Version} of contract {contract.Id} was published before with other content.",
                    "A published version is never changed: raise 'version', and publish again."
                );
            }

            number++;
            var losses = ProtectionLoss.Between(Before(db, Newest(stored)), contract);
            published.Add(
                await StoreAsync(db, publication, contract, number, losses, before is null, cancellationToken)
            );
        }

        if (published.Exists(one => one.IsChanged))
        {
            var next = new ContractCatalog(report.Contracts);
            db.AfterCommit(() => catalog.Replace(next, number));
        }

        return published;
    }

    private static string NameOf(IReadOnlyList<Publication> publications, Publication publication) =>
        publications.Count == 1 ? Document : publication.Id;

    private static Task<bool> IsTakenAsync(StateDbContext db, Contract contract, CancellationToken cancellationToken) =>
        db.Set<PublishedContract>()
            .AnyAsync(
                stored => stored.ContractId == contract.Id && stored.Version == contract.Version,
                cancellationToken
            );

    // What is in force is read already, unless another process published since; what stood before it is seldom asked for. A version that is no longer understood says
    // nothing of columns.
    private IEnumerable<Contract> Before(StateDbContext db, long inForce) =>
        (catalog.Publication == inForce ? catalog.Current.Contracts : []).Concat(
            db.Set<PublishedContract>()
                .AsNoTracking()
                .OrderByDescending(contract => contract.Publication)
                .AsEnumerable()
                .Select(contract => reader.Read(contract.Yaml, contract.ContractId).Contract)
                .OfType<Contract>()
        );

    private async Task<Published> StoreAsync(
        StateDbContext db,
        Publication publication,
        Contract contract,
        long number,
        IReadOnlyList<ProtectionLoss> losses,
        bool isNew,
        CancellationToken cancellationToken
    )
    {
        var row = new PublishedContract
        {
            Publication = number,
            ContractId = contract.Id,
            Version = contract.Version,
            Yaml = publication.Yaml,
            Hash = contract.Hash,
            PublishedAt = time.GetUtcNow(),
            PublishedBy = publication.Actor,
        };
        db.Add(row);
        var details = new LedgerDetails
        {
            { "version", contract.Version },
            { "sha256", contract.Hash },
            { "datasets", contract.Datasets.Length },
            { "less_protected", losses.Count },
        };
        if (losses.Count > 0)
        {
            details.Add("less_protected_columns", string.Join("; ", losses));
        }

        await ledger.AppendAsync(
            db,
            new LedgerFact(publication.Actor, "contract.published", $"contract/{contract.Id}", details),
            cancellationToken
        );
        return new Published(row, contract, isNew, IsChanged: true, losses);
    }
}

/// <summary>What is stored is no catalog: another version of the program wrote it, or somebody changed it.</summary>
internal sealed class StoredContractsException(IReadOnlyList<ContractFault> faults)
    : Exception(
        "The published contracts hold faults that this version refuses:"
            + Environment.NewLine
            + string.Join(Environment.NewLine, faults)
    );
