using Governance.Api.Features.Ledger;
using Governance.Api.Features.Recipients.Topics;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Api.Features.Recipients.Erasures;

/// <summary>
/// A compacted topic keeps the newest record of each key for ever. Where a contract says that its topic is keyed by an identifier that the
/// person owns, a tombstone of that key is written before the vault forgets it: the plain key lives there alone.
/// </summary>
internal sealed class CompactedTopics(
    IContractCatalogSource contracts,
    Identifiers identifiers,
    RecordWriter writer,
    ILedger ledger
) : IErasureAftermath
{
    public async Task BeforeDestructionAsync(ErasedPerson erased, CancellationToken cancellationToken)
    {
        foreach (var dataset in contracts.Current.Datasets.Where(one => one.CompactedBy is not null))
        {
            var domain = dataset
                .Identifiers()
                .SingleOrDefault(column => column.Path == dataset.CompactedBy && column.Link is Link.Owns)
                ?.Identifier;
            Guid[] surrogates = [.. erased.Owned.Where(one => one.Domain == domain).Select(one => one.Surrogate)];
            if (domain is null || surrogates.Length == 0)
            {
                continue;
            }

            // After a stop some rows may be destroyed already: their tombstones were written before the first of them went.
            var keys = await identifiers.OpenForErasureAsync(domain, surrogates, cancellationToken);
            foreach (var key in keys.Values)
            {
                await writer.WriteTombstonesAsync(dataset.Topic, key, cancellationToken);
            }

            if (keys.Count > 0)
            {
                await ledger.AppendAsync(
                    new LedgerFact(
                        Outbox.NoticeWorker.Actor,
                        "topic.tombstones-written",
                        $"subject-request/{erased.RequestId}",
                        new LedgerDetails { { "topic", dataset.Topic }, { "keys", keys.Count } }
                    ),
                    cancellationToken
                );
            }
        }
    }

    public Task CompletingAsync(StateDbContext db, ErasedPerson erased, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
