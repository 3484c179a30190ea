using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>
/// Rectification: the right values, masked anew, are put into the person's rows, and right identifiers into the vault. Looked at again
/// afterwards: the new value stands in all of the rows, and there are as many as before.
/// </summary>
internal sealed class RectifyFulfilment(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    Corrections corrections,
    CorrectedValues values,
    VaultCorrections vault,
    Identifiers identifiers,
    IFaultPoints points,
    TimeProvider time
) : IFulfilment
{
    public bool IsFor(string type) => type == RequestTypes.Rectification;

    public async Task ExecuteAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var wanted = corrections.Open(request.Demand);
        await KeepBeforeAsync(request, wanted, cancellationToken);
        points.Reached(FulfilSteps.BeforeKept);
        var done = new Dictionary<int, long>();
        foreach (var (item, table, here) in Tables(request, wanted))
        {
            done[item.Position] = await CorrectAsync(requestId, table, here, cancellationToken);
        }

        CorrectionBody[] identities = [.. wanted.Where(one => one.IsOfIdentifier)];
        var refused = await vault.RunAsync(requestId, identities, cancellationToken);

        await requests.ChangeAsync(
            requestId,
            async (db, current) =>
            {
                foreach (var item in current.Items.Where(item => done.ContainsKey(item.Position)))
                {
                    item.Matched = done[item.Position];
                }

                if (current.Items.Find(IsVault) is { } kept)
                {
                    (kept.Matched, kept.Code) = (identities.Length, refused);
                }

                current.Move(RequestState.Verifying, FulfilStart.Worker, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    current,
                    FulfilStart.Worker,
                    "corrected",
                    new LedgerDetails
                    {
                        { "columns", string.Join(',', current.Demand!.Corrected) },
                        { "before", string.Join(',', current.Items.Select(item => item.HashBefore).OfType<string>()) },
                    },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
    }

    public async Task<bool> VerifyAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var wanted = corrections.Open(request.Demand);
        var found = new Dictionary<int, (long Rows, long Wrong, string After)>();
        foreach (var (item, table, here) in Tables(request, wanted))
        {
            found[item.Position] = await LookAsync(requestId, table, here, cancellationToken);
        }

        CorrectionBody[] identities = [.. wanted.Where(one => one.IsOfIdentifier)];
        var right = await vault.CountRightAsync(requestId, identities, cancellationToken);

        return await requests.ChangeAsync(
            requestId,
            (_, current) =>
            {
                if (current.Items.Find(IsVault) is { } kept)
                {
                    kept.MatchedAfter = right;
                    kept.HashAfter = right == identities.Length ? vault.HashOf(identities, right: true) : null;
                    kept.Code = right == identities.Length ? null : kept.Code ?? "values_not_corrected";
                    kept.Verdict =
                        right == identities.Length ? ItemVerdict.CorrectedVerified : ItemVerdict.FailedTerminal;
                }

                foreach (var item in current.Items.Where(item => !IsVault(item) && !item.Verdict.IsFinal()))
                {
                    Judge(item, found.TryGetValue(item.Position, out var seen) ? seen : null);
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
    }

    private static void Judge(RequestItem item, (long Rows, long Wrong, string After)? seen)
    {
        item.MatchedAfter = seen?.Rows;
        item.HashAfter = seen?.After;
        (item.Verdict, item.Code) = (item.Action, seen) switch
        {
            (ItemAction.LeaveOut or ItemAction.Shared, _) => (ItemVerdict.LeftOut, null),
            (_, null) => (ItemVerdict.FailedTerminal, "contract_gone"),
            (_, { Wrong: > 0 }) => (ItemVerdict.FailedTerminal, "values_not_corrected"),
            (_, { Rows: 0 }) => (ItemVerdict.NothingFound, null),
            _ when seen.Value.Rows != item.Matched => (ItemVerdict.FailedTerminal, "rows_changed"),
            _ => (ItemVerdict.CorrectedVerified, (string?)null),
        };
    }

    // Durable before anything is changed: a run that is cut off and begun again would find the right values.
    private async Task KeepBeforeAsync(
        SubjectRequest request,
        IReadOnlyList<CorrectionBody> wanted,
        CancellationToken cancellationToken
    )
    {
        var before = new Dictionary<int, string>();
        foreach (var (item, table, here) in Tables(request, wanted).Where(one => one.Item.HashBefore is null))
        {
            before[item.Position] = HashOf(await ReadAsync(request.Id, table, cancellationToken), here);
        }

        if (request.Items.Find(IsVault) is { HashBefore: null } kept)
        {
            before[kept.Position] = vault.HashOf(wanted.Where(one => one.IsOfIdentifier), right: false);
        }

        if (before.Count > 0)
        {
            await requests.ChangeAsync(
                request.Id,
                (_, current) =>
                {
                    foreach (var item in current.Items.Where(item => before.ContainsKey(item.Position)))
                    {
                        item.HashBefore = before[item.Position];
                    }

                    return Task.FromResult(true);
                },
                cancellationToken
            );
        }
    }

    private async Task<long> CorrectAsync(
        Guid requestId,
        ScopedDataset table,
        CorrectionBody[] here,
        CancellationToken cancellationToken
    )
    {
        var rows = await ReadAsync(requestId, table, cancellationToken);
        foreach (var correction in here)
        {
            foreach (
                var masked in await values.MaskAsync(requestId, table.Dataset, correction, rows, cancellationToken)
            )
            {
                var answer = await warehouse.CorrectAsync(
                    new ValueCorrection(
                        RequestKeySets.Owned(requestId),
                        table.Dataset,
                        table.Columns,
                        correction.Column!,
                        masked.Value,
                        masked.Subject
                    ),
                    cancellationToken
                );
                _ = answer.Value;
                points.Reached(FulfilSteps.ValueCorrected);
            }
        }

        return rows.Count;
    }

    private async Task<(long Rows, long Wrong, string After)> LookAsync(
        Guid requestId,
        ScopedDataset table,
        CorrectionBody[] here,
        CancellationToken cancellationToken
    )
    {
        var rows = await ReadAsync(requestId, table, cancellationToken);
        var wrong = 0L;
        foreach (var correction in here)
        {
            var masked = await values.MaskAsync(requestId, table.Dataset, correction, rows, cancellationToken);
            wrong += rows.LongCount(row =>
                !masked.Any(one =>
                    (one.Subject is not { } subject || row[subject.Column]?.ToString() == subject.Surrogate.ToString())
                    && row[correction.Column!]?.ToString() == one.Value
                )
            );
        }

        return (rows.Count, wrong, HashOf(rows, here));
    }

    private static bool IsVault(RequestItem item) => item.Dataset == VaultCorrections.Vault;

    private IEnumerable<(RequestItem Item, ScopedDataset Table, CorrectionBody[] Here)> Tables(
        SubjectRequest request,
        IReadOnlyList<CorrectionBody> wanted
    ) =>
        from item in request.Items
        where item.Action is ItemAction.Correct
        let table = ItemTable.Find(contracts.Current, item)
        where table is not null
        select (item, table, wanted.Where(one => one.Dataset == item.Dataset).ToArray());

    private async Task<List<JsonObject>> ReadAsync(
        Guid requestId,
        ScopedDataset table,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await warehouse.ReadMatchedAsync(
                    RequestKeySets.Owned(requestId),
                    table.Dataset,
                    table.Columns,
                    cancellationToken
                )
            ).Select(row => JsonNode.Parse(row)!.AsObject()),
        ];

    // Keyed, since some columns hold their values plain: whoever has no key cannot try values against it.
    private string HashOf(List<JsonObject> rows, CorrectionBody[] here)
    {
        var text = new StringBuilder();
        foreach (var (row, correction) in rows.SelectMany(row => here.Select(one => (row, one))))
        {
            var value = row[correction.Column!]?.ToString();
            text.Append(
                CultureInfo.InvariantCulture,
                $"{correction.Column!.Length}:{correction.Column}{value?.Length ?? -1}:{value};"
            );
        }

        return identifiers.TryGetKey("rectification", Encoding.UTF8.GetBytes($"rows:{text}"), out var key)
            ? key.Index.ToString()
            : "";
    }
}
