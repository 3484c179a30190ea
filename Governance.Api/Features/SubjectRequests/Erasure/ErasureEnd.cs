using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The last step: destroys the vault rows, signs the receipts and ends the requests.</summary>
/// <remarks>
/// Where a table has failed for good the vault rows are destroyed all the same: what is left there then means nothing. Its
/// keys are kept, because nothing else could find those rows any more.
/// </remarks>
internal sealed class ErasureEnd(
    SubjectRequestStore requests,
    UnheldIdentifiers unheldIdentifiers,
    ICatalogRefresh refresh,
    IWarehouse warehouse,
    Identifiers identifiers,
    IReceipts receipts,
    IEnumerable<IErasureAftermath> aftermath,
    IFaultPoints points,
    TimeProvider time
)
{
    /// <summary>Ends requests of a batch whose items all have a final verdict.</summary>
    public async Task CompleteAsync(Guid batchId, IReadOnlyList<Guid> requestIds, CancellationToken cancellationToken)
    {
        if (requestIds.Count == 0)
        {
            return;
        }

        var erased = await PeopleAsync(batchId, requestIds, cancellationToken);
        foreach (var person in erased)
        {
            foreach (var next in aftermath)
            {
                await next.BeforeDestructionAsync(person, cancellationToken);
            }
        }

        var unheld = await DestroyAsync(batchId, requestIds, cancellationToken);
        foreach (var person in erased)
        {
            points.Reached(ErasureSteps.BeforeCompletion);
            await CompleteAsync(
                person with
                {
                    Unheld = [.. unheld.Where(key => IsOf(key, person.RequestId)).Select(key => key.Identifier)],
                },
                cancellationToken
            );
            points.Reached(ErasureSteps.Completed);
        }
    }

    private static bool IsOf(OwnedKey key, Guid requestId) => key.Owner == requestId || key.Owner == Guid.Empty;

    private async Task<IReadOnlyList<ErasedPerson>> PeopleAsync(
        Guid batchId,
        IReadOnlyList<Guid> requestIds,
        CancellationToken cancellationToken
    )
    {
        var owned = await KeysOfAsync(RequestKeySets.Owned(batchId), requestIds, cancellationToken);
        return
        [
            .. (await requests.ReadBatchAsync(batchId, cancellationToken))
                .Where(request => requestIds.Contains(request.Id))
                .Select(request => new ErasedPerson(
                    request.Id,
                    request.Type,
                    request.Subject,
                    [.. owned.Where(key => IsOf(key, request.Id)).Select(key => key.Identifier)],
                    [],
                    State: null
                )),
        ];
    }

    /// <summary>Drops the keys of the requests that are complete.</summary>
    public async Task DropKeysAsync(
        Guid batchId,
        IReadOnlyList<SubjectRequest> batch,
        CancellationToken cancellationToken
    )
    {
        SubjectRequest[] complete =
        [
            .. batch.Where(request => request.State.IsFinal() && request.State is not RequestState.PartiallyFailed),
        ];
        foreach (var set in new[] { RequestKeySets.Owned(batchId), RequestKeySets.Shared(batchId) })
        {
            await (
                complete.Length == batch.Count
                    ? warehouse.DropKeysAsync(set, cancellationToken)
                    : warehouse.RemoveKeysAsync(set, [.. complete.Select(request => request.Id)], cancellationToken)
            );
        }

        points.Reached(ErasureSteps.KeysDropped);
        await requests.ChangeManyAsync(
            [.. complete.Select(request => request.Id)],
            (_, some) =>
            {
                foreach (var request in some)
                {
                    request.HasKeySets = false;
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
    }

    private Task<bool> CompleteAsync(ErasedPerson person, CancellationToken cancellationToken) =>
        requests.ChangeAsync(
            person.RequestId,
            async (db, request) =>
            {
                var endedAt = time.GetUtcNow();
                request.Move(FinalState(request), RequestKeySets.Worker, endedAt);
                var anchor = await requests.RecordAsync(
                    db,
                    request,
                    RequestKeySets.Worker,
                    "completed",
                    new LedgerDetails
                    {
                        { "state", request.State.Name() },
                        { "rows", request.Items.Sum(item => item.Erased) },
                        { "vault_rows", request.VaultRowsDestroyed ?? 0 },
                    },
                    cancellationToken
                );
                await receipts.IssueAsync(db, ErasureFacts.Of(request, endedAt), anchor, cancellationToken);
                foreach (var next in aftermath)
                {
                    await next.CompletingAsync(db, person with { State = request.State.Name() }, cancellationToken);
                }

                return true;
            },
            cancellationToken
        );

    private static RequestState FinalState(SubjectRequest request) =>
        request.Items.Exists(item => item.Verdict is ItemVerdict.FailedTerminal) ? RequestState.PartiallyFailed
        : request.Items.Exists(item => item.Verdict is ItemVerdict.Retained or ItemVerdict.Waived)
            ? RequestState.CompletedWithRetention
        : RequestState.Completed;

    // Answers what was shared and no row holds any more, and with whom.
    private async Task<OwnedKey[]> DestroyAsync(
        Guid batchId,
        IReadOnlyList<Guid> requestIds,
        CancellationToken cancellationToken
    )
    {
        // Inside the gate: no event that still uses a shared identifier lands between the look and the destruction.
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        var owned = await KeysOfAsync(RequestKeySets.Owned(batchId), requestIds, cancellationToken);
        var shared = await KeysOfAsync(RequestKeySets.Shared(batchId), requestIds, cancellationToken);
        await refresh.RefreshAsync(cancellationToken);
        var unheld = await unheldIdentifiers.AmongAsync(shared.Select(key => key.Identifier), cancellationToken);
        var inVault = await identifiers.FindBySurrogateAsync(
            [
                .. owned
                    .Select(key => key.Identifier)
                    .Concat(unheld)
                    .Select(identifier => identifier.Surrogate)
                    .Distinct(),
            ],
            cancellationToken
        );
        OwnedKey[] sharedAlone = [.. shared.Where(key => unheld.Contains(key.Identifier))];
        await CountAsync(requestIds, [.. owned.Concat(sharedAlone)], inVault, cancellationToken);
        points.Reached(ErasureSteps.DestructionCounted);
        await identifiers.DestroyAsync(KeysIn(inVault, owned.Select(key => key.Identifier)), cancellationToken);
        points.Reached(ErasureSteps.OwnedDestroyed);
        await identifiers.DestroyAsync(KeysIn(inVault, unheld), cancellationToken);
        points.Reached(ErasureSteps.SharedDestroyed);
        return sharedAlone;
    }

    // Counted before the first row goes: after a restart the rows are no longer there to count. What two requests share counts for one.
    private Task<bool> CountAsync(
        IReadOnlyList<Guid> requestIds,
        OwnedKey[] keys,
        IReadOnlyDictionary<Guid, IdentifierKey> inVault,
        CancellationToken cancellationToken
    )
    {
        var taken = new HashSet<Guid>();
        var counts = keys.Where(key =>
                inVault.ContainsKey(key.Identifier.Surrogate) && taken.Add(key.Identifier.Surrogate)
            )
            .CountBy(key => key.Owner)
            .ToDictionary();
        return requests.ChangeManyAsync(
            requestIds,
            (_, some) =>
            {
                foreach (var request in some)
                {
                    request.VaultRowsDestroyed ??=
                        counts.GetValueOrDefault(request.Id) + counts.GetValueOrDefault(Guid.Empty);
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
    }

    private static IdentifierKey[] KeysIn(
        IReadOnlyDictionary<Guid, IdentifierKey> inVault,
        IEnumerable<LinkedIdentifier> linked
    ) =>
        [
            .. linked
                .Where(identifier => inVault.ContainsKey(identifier.Surrogate))
                .Select(identifier => inVault[identifier.Surrogate])
                .Distinct(),
        ];

    private async Task<OwnedKey[]> KeysOfAsync(
        string keySet,
        IReadOnlyList<Guid> requestIds,
        CancellationToken cancellationToken
    )
    {
        var owners = requestIds.Append(Guid.Empty).ToHashSet();
        return
        [
            .. (await warehouse.ReadOwnedKeysAsync(keySet, cancellationToken)).Where(key => owners.Contains(key.Owner)),
        ];
    }
}
