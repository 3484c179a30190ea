using System.Globalization;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.Suppression;
using Governance.Api.Storage;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Restore;

/// <summary>
/// At start, before anything is served: looks whether the vault or the warehouse holds anything that was erased, as an older copy that was
/// put back would, and erases it again. It asks the stores themselves and not a mark in them: a single table that was restored is found,
/// too. The state and its ledger are the truth; of these the newest copy must be used.
/// </summary>
internal sealed partial class RestoreCheck(
    IStateStore state,
    ILedger ledger,
    IContractCatalogSource contracts,
    ICatalogRefresh refresh,
    IWarehouse warehouse,
    Identifiers identifiers,
    ErasedIdentifiers erased,
    UnheldIdentifiers unheldIdentifiers,
    TimeProvider time,
    ILogger<RestoreCheck> logger
)
{
    private const string Actor = "system:restore";
    private const string KeySet = "erased-before";
    private const int Page = 5000;

    /// <summary>Looks, and erases what came back.</summary>
    /// <exception cref="StartupException">Something came back, and the warehouse does not let it be erased now.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var known = await state.WriteAsync(
            async db =>
            {
                await erased.ForgetAsync(db, cancellationToken);
                return await db.Set<ErasedIdentifier>().AsNoTracking().ToListAsync(cancellationToken);
            },
            cancellationToken
        );
        var vaultRows = await DestroyAsync(known, cancellationToken);
        var suppressed = await SuppressedAsync(cancellationToken);
        LinkedIdentifier[] owned =
        [
            .. known.Where(one => one.IsOwned).Select(one => new LinkedIdentifier(one.Domain, one.Surrogate)),
            // Nothing of theirs lands in a table any more: rows that are there came with an old copy, however old.
            .. suppressed.Keys,
        ];
        var tables = owned.Length == 0 ? [] : await EraseAsync(owned, cancellationToken);
        vaultRows += await DestroyAsync(suppressed, cancellationToken);
        if (vaultRows > 0 || tables.Count > 0)
        {
            await RecordAsync(vaultRows, tables, cancellationToken);
        }
    }

    private async Task<int> DestroyAsync(List<ErasedIdentifier> known, CancellationToken cancellationToken)
    {
        var destroyed = 0;
        foreach (var page in known.Select(one => one.Surrogate).Chunk(Page))
        {
            var found = await identifiers.FindBySurrogateAsync(page, cancellationToken);
            if (found.Count > 0)
            {
                destroyed += await identifiers.DestroyAsync([.. found.Values], cancellationToken);
            }
        }

        return destroyed;
    }

    // Vault rows of identifiers that are suppressed since an erasure has ended.
    private async Task<Dictionary<LinkedIdentifier, IdentifierKey>> SuppressedAsync(CancellationToken cancellationToken)
    {
        RequestState[] ends =
        [
            RequestState.Completed,
            RequestState.CompletedWithRetention,
            RequestState.PartiallyFailed,
        ];
        var (ended, suppressed) = await state.ReadAsync(
            async db =>
                (
                    await db.Set<SubjectRequest>()
                        .Where(one => ends.Contains(one.State))
                        .Select(one => one.Id)
                        .ToListAsync(cancellationToken),
                    await db.Set<SuppressedIdentifier>().ToListAsync(cancellationToken)
                ),
            cancellationToken
        );
        var over = ended.Select(id => id.ToString()).ToHashSet(StringComparer.Ordinal);
        var keys = suppressed
            // Who began anew since has rows by right.
            .Where(one => over.Contains(one.RequestId) && one.RenewedAt is null)
            .Select(one => new IdentifierKey(one.Domain, BlindIndex.Read(Convert.FromHexString(one.Index))));
        var rows = new Dictionary<LinkedIdentifier, IdentifierKey>();
        foreach (var page in keys.Chunk(Page))
        {
            foreach (var (key, found) in await identifiers.FindAsync(page, cancellationToken))
            {
                rows.Add(new LinkedIdentifier(key.Domain, found.Surrogate), key);
            }
        }

        return rows;
    }

    // What a row of somebody else's still holds has got its vault row since, by a link that suppression lets pass: it stays.
    private async Task<int> DestroyAsync(
        Dictionary<LinkedIdentifier, IdentifierKey> suppressed,
        CancellationToken cancellationToken
    )
    {
        if (suppressed.Count == 0)
        {
            return 0;
        }

        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        var unheld = await unheldIdentifiers.AmongAsync(suppressed.Keys, cancellationToken);
        return await identifiers.DestroyAsync([.. unheld.Select(one => suppressed[one])], cancellationToken);
    }

    private async Task<List<(string Table, long Rows)>> EraseAsync(
        LinkedIdentifier[] owned,
        CancellationToken cancellationToken
    )
    {
        await refresh.RefreshAsync(cancellationToken);
        await using var gate = await warehouse.EnterWriteAsync(cancellationToken);
        await warehouse.DropKeysAsync(KeySet, cancellationToken);
        foreach (var page in owned.Chunk(Page))
        {
            await warehouse.AddKeysAsync(KeySet, page, cancellationToken);
        }

        var domains = owned.Select(one => one.Domain).ToHashSet(StringComparer.Ordinal);
        var erasedTables = new List<(string, long)>();
        foreach (
            var dataset in contracts.Current.Datasets.Where(one => one.OnErasure.Action is not ErasureAction.Retain)
        )
        {
            Column[] columns =
            [
                .. dataset
                    .Identifiers()
                    .Where(column => column.Link is Link.Owns && domains.Contains(column.Identifier!)),
            ];
            if (
                columns.Length > 0
                && (await warehouse.CountAsync(KeySet, dataset, columns, cancellationToken)).Matched > 0
            )
            {
                erasedTables.Add((dataset.Name, await EraseAsync(dataset, columns, cancellationToken)));
            }
        }

        await warehouse.DropKeysAsync(KeySet, cancellationToken);
        return erasedTables;
    }

    private async Task<long> EraseAsync(Dataset dataset, Column[] columns, CancellationToken cancellationToken)
    {
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"restored-{time.GetUtcNow().UtcTicks:x}-{dataset.Name}-1"
        );
        var answer = await warehouse.EraseAsync(
            new ErasureJob(id, KeySet, dataset, columns, dataset.OnErasure.Action),
            cancellationToken
        );
        return answer.TryGet(out var outcome)
            ? outcome.Affected
            : throw new StartupException(
                $"The table {dataset.Name} holds rows that were erased: an older copy was put back. They cannot be erased again now ({answer.Refusal!.Code}). Nothing is served until they are: mend the warehouse, and start again."
            );
    }

    private Task<LedgerAnchor> RecordAsync(
        int vaultRows,
        List<(string Table, long Rows)> tables,
        CancellationToken cancellationToken
    )
    {
        LogReapplied(vaultRows, tables.Sum(one => one.Rows), tables.Count);
        return ledger.AppendAsync(
            new LedgerFact(
                Actor,
                "erasures.reapplied",
                "warehouse",
                new LedgerDetails
                {
                    { "rows", tables.Sum(one => one.Rows) },
                    { "tables", string.Join(", ", tables.Select(one => one.Table)) },
                    { "vault_rows", vaultRows },
                }
            ),
            cancellationToken
        );
    }

    [LoggerMessage(
        LogLevel.Warning,
        "An older copy of the vault or the warehouse was put back: {VaultRows} vault rows and {Rows} rows of {Tables} tables that had been erased were erased again."
    )]
    private partial void LogReapplied(int vaultRows, long rows, int tables);
}
