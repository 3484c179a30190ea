using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The last step: destroys the vault rows, signs the receipt and ends the request.</summary>
/// <remarks>
/// Where a table has failed for good the vault rows are destroyed all the same: what is left there then means nothing. Its
/// key sets are kept, because nothing else could find those rows any more.
/// </remarks>
internal sealed class ErasureEnd(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    ICatalogRefresh refresh,
    IWarehouse warehouse,
    Identifiers identifiers,
    IReceipts receipts,
    IEnumerable<IErasureAftermath> aftermath,
    IFaultPoints points,
    TimeProvider time
)
{
    /// <summary>Ends a request whose items all have a final verdict.</summary>
    public async Task CompleteAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var erased = await EraseeAsync(requestId, cancellationToken);
        foreach (var next in aftermath)
        {
            await next.BeforeDestructionAsync(erased, cancellationToken);
        }

        erased = erased with { Unheld = await DestroyAsync(requestId, erased.Owned, cancellationToken) };
        points.Reached(ErasureSteps.BeforeCompletion);
        await requests.ChangeAsync(
            requestId,
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
                    await next.CompletingAsync(db, erased with { State = request.State.Name() }, cancellationToken);
                }

                return true;
            },
            cancellationToken
        );
        points.Reached(ErasureSteps.Completed);
    }

    /// <summary>Drops the key sets of a request that is complete.</summary>
    public async Task DropKeysAsync(Guid requestId, CancellationToken cancellationToken)
    {
        await warehouse.DropKeysAsync(RequestKeySets.Owned(requestId), cancellationToken);
        await warehouse.DropKeysAsync(RequestKeySets.Shared(requestId), cancellationToken);
        points.Reached(ErasureSteps.KeysDropped);
        await requests.ChangeAsync(requestId, request => request.HasKeySets = false, cancellationToken);
    }

    private static RequestState FinalState(SubjectRequest request) =>
        request.Items.Exists(item => item.Verdict is ItemVerdict.FailedTerminal) ? RequestState.PartiallyFailed
        : request.Items.Exists(item => item.Verdict is ItemVerdict.Retained) ? RequestState.CompletedWithRetention
        : RequestState.Completed;

    private async Task<ErasedPerson> EraseeAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var owned = await warehouse.ReadKeysAsync(RequestKeySets.Owned(requestId), cancellationToken);
        return new ErasedPerson(requestId, request.Type, request.Subject, owned, [], State: null);
    }

    private async Task<IReadOnlyCollection<LinkedIdentifier>> DestroyAsync(
        Guid requestId,
        IReadOnlyCollection<LinkedIdentifier> own,
        CancellationToken cancellationToken
    )
    {
        // Inside the gate: no event that still uses a shared identifier lands between the look and the destruction.
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        var owned = await KeysOfAsync(own, cancellationToken);
        var held = await UnheldAsync(requestId, cancellationToken);
        var unheld = await KeysOfAsync(held, cancellationToken);

        // Counted before the first row goes: after a restart the rows are no longer there to count.
        await requests.ChangeAsync(
            requestId,
            request => request.VaultRowsDestroyed ??= owned.Union(unheld).Count(),
            cancellationToken
        );
        points.Reached(ErasureSteps.DestructionCounted);
        await identifiers.DestroyAsync(owned, cancellationToken);
        points.Reached(ErasureSteps.OwnedDestroyed);
        await identifiers.DestroyAsync(unheld, cancellationToken);
        points.Reached(ErasureSteps.SharedDestroyed);
        return held;
    }

    private async Task<IdentifierKey[]> KeysOfAsync(
        IReadOnlyCollection<LinkedIdentifier> linked,
        CancellationToken cancellationToken
    )
    {
        var keys = await identifiers.FindBySurrogateAsync(
            [.. linked.Select(identifier => identifier.Surrogate)],
            cancellationToken
        );
        return [.. keys.Values];
    }

    // What the erased rows shared and no row of any table holds any more. A neighbour's phone number stays.
    private async Task<IReadOnlyCollection<LinkedIdentifier>> UnheldAsync(
        Guid requestId,
        CancellationToken cancellationToken
    )
    {
        await refresh.RefreshAsync(cancellationToken);
        var unheld = (await warehouse.ReadKeysAsync(RequestKeySets.Shared(requestId), cancellationToken)).ToHashSet();
        foreach (var dataset in contracts.Current.Datasets)
        {
            foreach (var domain in unheld.GroupBy(one => one.Domain, StringComparer.Ordinal).ToArray())
            {
                Column[] columns = [.. dataset.Identifiers().Where(column => column.Identifier == domain.Key)];
                if (columns.Length > 0)
                {
                    unheld.ExceptWith(await warehouse.StillHeldAsync(dataset, columns, [.. domain], cancellationToken));
                }
            }
        }

        return unheld;
    }
}
