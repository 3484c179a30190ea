using System.Text;
using System.Text.Json.Nodes;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Exporting.Age;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>
/// Access and portability: the person's rows, opened, in one archive that is encrypted before it touches the disk. Cut off anywhere, the next
/// run writes it anew; it is given out only once it is whole, read back and the request has ended.
/// </summary>
internal sealed class ExportFulfilment(
    SubjectRequestStore requests,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    RowOpener opener,
    IDataUses uses,
    DemandSecrets secrets,
    ExportFiles files,
    IFaultPoints points,
    TimeProvider time,
    IOptions<SubjectRequestOptions> options
) : IFulfilment
{
    public bool IsFor(string type) => RequestTypes.IsExport(type);

    public async Task ExecuteAsync(Guid requestId, CancellationToken cancellationToken)
    {
        var request = await requests.GetAsync(requestId, cancellationToken);
        var name = ExportFiles.NameOf(requestId);
        files.Clear(name);
        var counts = new Dictionary<int, long?>();
        var recipient = Recipient(request);
        var writtenAt = time.GetUtcNow();
        var (bytes, sha256) = await files.WriteAsync(
            name,
            file => WriteAsync(request, file, recipient, writtenAt, counts, cancellationToken)
        );
        points.Reached(FulfilSteps.ArchiveWritten);
        await requests.ChangeAsync(
            requestId,
            async (db, current) =>
            {
                current.Export ??= new RequestExport
                {
                    RequestId = requestId,
                    FileName = name,
                    Sha256 = sha256,
                    EncryptedTo = current.Demand!.EncryptTo!,
                };
                var export = current.Export;
                (export.Bytes, export.Sha256, export.WrittenAt) = (bytes, sha256, writtenAt);
                export.Rows = counts.Values.Sum(count => count ?? 0);
                foreach (var item in current.Items)
                {
                    item.Matched = counts.GetValueOrDefault(item.Position);
                    item.Code =
                        counts.TryGetValue(item.Position, out var count) && count is null ? "contract_gone" : null;
                }

                current.Move(RequestState.Verifying, FulfilStart.Worker, time.GetUtcNow());
                await requests.RecordAsync(
                    db,
                    current,
                    FulfilStart.Worker,
                    "export-written",
                    new LedgerDetails
                    {
                        { "rows", export.Rows },
                        { "bytes", bytes },
                        { "sha256", sha256 },
                        { "encrypted_to", export.EncryptedTo },
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
        var isWhole = await files.HashAsync(request.Export!.FileName) == request.Export.Sha256;
        return await requests.ChangeAsync(
            requestId,
            (_, current) =>
            {
                if (!isWhole)
                {
                    current.Move(
                        RequestState.Executing,
                        FulfilStart.Worker,
                        time.GetUtcNow(),
                        "the archive could not be read back"
                    );
                    return Task.FromResult(false);
                }

                foreach (var item in current.Items)
                {
                    item.MatchedAfter = item.Matched;
                    item.Verdict =
                        item.Action is ItemAction.LeaveOut ? ItemVerdict.LeftOut
                        : item.Code is not null ? ItemVerdict.FailedTerminal
                        : item.Matched > 0 ? ItemVerdict.Collected
                        : ItemVerdict.NothingFound;
                }

                return Task.FromResult(true);
            },
            cancellationToken
        );
    }

    private AgeRecipient Recipient(SubjectRequest request)
    {
        var secret = secrets.Open(request.Demand);
        return request.Demand!.EncryptTo == RequestDemand.Passphrase
            ? new PassphraseRecipient(secret, options.Value.PassphraseWorkFactor)
            : PublicKeyRecipient.TryParse(Encoding.UTF8.GetString(secret))
                ?? throw new InvalidOperationException("The public key that was accepted is none.");
    }

    private async Task WriteAsync(
        SubjectRequest request,
        Stream file,
        AgeRecipient recipient,
        DateTimeOffset writtenAt,
        Dictionary<int, long?> counts,
        CancellationToken cancellationToken
    )
    {
        await using var encrypted = new AgeWriter(file, recipient);
        points.Reached(FulfilSteps.ArchiveBegun);
        using (var archive = new ExportArchive(encrypted, writtenAt))
        {
            var tables = await AddTablesAsync(request, archive, counts, cancellationToken);
            if (request.Type == RequestTypes.Access)
            {
                var used = await uses.ReadAsync([.. tables.Select(table => table.Dataset.Name)], cancellationToken);
                archive.AddText("index.html", ExportIndex.Write(request, writtenAt, tables, used));
            }

            archive.AddJson("manifest.json", Manifest(request, writtenAt, tables));
        }

        encrypted.Complete();
    }

    private async Task<List<OpenedTable>> AddTablesAsync(
        SubjectRequest request,
        ExportArchive archive,
        Dictionary<int, long?> counts,
        CancellationToken cancellationToken
    )
    {
        var keySet = RequestKeySets.Owned(request.Id);
        var own = (await warehouse.ReadKeysAsync(keySet, cancellationToken)).ToHashSet();
        var tables = new List<OpenedTable>();
        foreach (var item in request.Items.Where(item => item.Action is ItemAction.Collect))
        {
            if (ItemTable.Find(contracts.Current, item) is not { } table)
            {
                counts[item.Position] = null;
                continue;
            }

            var rows = await warehouse.ReadMatchedAsync(keySet, table.Dataset, table.Columns, cancellationToken);
            var counted = await warehouse.CountAsync(keySet, table.Dataset, table.Columns, cancellationToken);
            if (counted.Matched != rows.Count)
            {
                // Nothing lands behind the gate: whatever it is, the archive would not be whole.
                throw new InvalidOperationException("Rows that were read and rows that were counted differ.");
            }

            counts[item.Position] = rows.Count;
            if (rows.Count > 0)
            {
                var opened = await opener.OpenAsync(request, table.Dataset, rows, own, cancellationToken);
                archive.Add(opened);
                tables.Add(opened);
            }
        }

        return tables;
    }

    private static JsonObject Manifest(
        SubjectRequest request,
        DateTimeOffset writtenAt,
        IReadOnlyList<OpenedTable> tables
    ) =>
        new()
        {
            ["request"] = request.Id.ToString(),
            ["type"] = request.Type,
            ["receivedAt"] = request.ReceivedAt,
            ["writtenAt"] = writtenAt,
            ["tables"] = new JsonArray([
                .. tables.Select(table => new JsonObject
                {
                    ["name"] = table.Dataset.Name,
                    ["json"] = $"data/{table.Dataset.Name}.json",
                    ["csv"] = $"data/{table.Dataset.Name}.csv",
                    ["rows"] = table.Rows.Count,
                    ["columns"] = new JsonArray([
                        .. table.Columns.Select(column => new JsonObject
                        {
                            ["path"] = column.Column.Path,
                            ["category"] = column.Column.PrivacyCategory,
                            ["given"] = ExportIndex.Words(column),
                        }),
                    ]),
                }),
            ]),
        };
}
