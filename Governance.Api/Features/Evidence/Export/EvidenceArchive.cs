using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Storage;

namespace Governance.Api.Features.Evidence.Export;

/// <summary>
/// One archive with all requests of a period, and what it takes to check it without this service. Every file stands in
/// <c>SHA256SUMS</c>; that list's hash stands in a receipt, signed and anchored in the ledger; and the ledger is in the archive whole, for
/// a part of a chain proves nothing.
/// </summary>
internal sealed class EvidenceArchive(
    ISubjectRequestEvidence requests,
    IReceipts receipts,
    IReceiptKeySet keys,
    ILedger ledger,
    ILedgerExport export,
    IStateStore state,
    TimeProvider time
)
{
    public const string SumsFile = "SHA256SUMS";
    public const string ReceiptFile = "evidence.jws";

    /// <summary>Writes the archive.</summary>
    public async Task WriteAsync(
        Stream target,
        DateOnly from,
        DateOnly to,
        string actor,
        CancellationToken cancellationToken
    )
    {
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        var sums = new StringBuilder();
        var rows = new StringBuilder();
        var (count, receipted) = (0, 0);
        await foreach (var request in requests.ReadAsync(from, to, cancellationToken))
        {
            count++;
            await AddAsync(zip, $"requests/{request.Id}.json", request.Json, sums, cancellationToken);
            var receipt = await receipts.FindAsync(request.Id.ToString(), cancellationToken);
            if (receipt is not null)
            {
                receipted++;
                await AddAsync(
                    zip,
                    $"receipts/{request.Id}.jws",
                    Encoding.ASCII.GetBytes(receipt),
                    sums,
                    cancellationToken
                );
            }

            rows.Append(EvidencePages.Row(request, receipt is not null));
        }

        await AddAsync(
            zip,
            "report.json",
            await requests.ReportAsync(from, to, cancellationToken),
            sums,
            cancellationToken
        );
        await AddAsync(zip, "jwks.json", keys.ReadJwks(), sums, cancellationToken);
        var now = time.GetUtcNow();
        await AddAsync(
            zip,
            "index.html",
            Encoding.UTF8.GetBytes(EvidencePages.Index(from, to, now, count, rows.ToString())),
            sums,
            cancellationToken
        );
        await AddAsync(
            zip,
            "verify.md",
            Encoding.UTF8.GetBytes(EvidencePages.Verify(from, to)),
            sums,
            cancellationToken
        );
        var list = Encoding.ASCII.GetBytes(sums.ToString());
        await AddAsync(zip, SumsFile, list, sums: null, cancellationToken);
        var sealing = await SealAsync(from, to, now, Hash(list), (count, receipted), actor, cancellationToken);
        await AddAsync(zip, ReceiptFile, Encoding.ASCII.GetBytes(sealing), sums: null, cancellationToken);

        // Last, so that the chain has the archive's own entry.
        await using var entries = await zip.CreateEntry("ledger.jsonl").OpenAsync(cancellationToken);
        await export.WriteAsync(entries, cancellationToken);
    }

    private Task<string> SealAsync(
        DateOnly from,
        DateOnly to,
        DateTimeOffset now,
        string hash,
        (int Requests, int Receipts) counts,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var id = Guid.CreateVersion7(now);
        return state.WriteAsync(
            async db =>
            {
                var anchor = await ledger.AppendAsync(
                    db,
                    new LedgerFact(
                        actor,
                        "evidence.exported",
                        $"evidence/{id}",
                        new LedgerDetails
                        {
                            { "from", from.ToString("O", CultureInfo.InvariantCulture) },
                            { "to", to.ToString("O", CultureInfo.InvariantCulture) },
                            { "requests", counts.Requests },
                            { "receipts", counts.Receipts },
                            { "sha256", hash },
                        }
                    ),
                    cancellationToken
                );
                return await receipts.IssueAsync(
                    db,
                    new ReceiptFacts(
                        $"evidence/{id}",
                        "evidence",
                        "exported",
                        requests.Bounds(from, to).Start,
                        now,
                        hash,
                        [],
                        0,
                        0
                    ),
                    anchor,
                    cancellationToken
                );
            },
            cancellationToken
        );
    }

    private static async Task AddAsync(
        ZipArchive zip,
        string name,
        byte[] content,
        StringBuilder? sums,
        CancellationToken cancellationToken
    )
    {
        sums?.Append(CultureInfo.InvariantCulture, $"{Hash(content)}  {name}\n");
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(content, cancellationToken);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>The archive's pages for people.</summary>
internal static class EvidencePages
{
    public static string Row(EvidencedRequest request, bool hasReceipt) =>
        $"""
            <tr><td><a href="requests/{request.Id}.json">{request.Id}</a></td><td>{Text(request.Type)}</td><td>{Text(
                request.State
            )}</td><td>{Time(request.ReceivedAt)}</td><td>{Time(request.EndedAt)}</td><td>{(
                hasReceipt ? $"<a href=\"receipts/{request.Id}.jws\">receipt</a>" : "none"
            )}</td></tr>

            """;

    public static string Index(DateOnly from, DateOnly to, DateTimeOffset now, int count, string rows) =>
        $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Evidence {Day(from)} to {Day(to)}</title>
            <style>body{"{"}font-family:sans-serif;margin:2rem{"}"} td,th{"{"}text-align:left;padding:.2rem .8rem{"}"}</style></head>
            <body><main><h1>Subject requests, {Day(from)} to {Day(to)}</h1>
            <p>{count} requests that were received or have ended in this period, as they stood at {Time(
                now
            )}. No value of a person is in here.</p>
            <p><a href="report.json">report.json</a>: counts and days. <a href="ledger.jsonl">ledger.jsonl</a>: the whole ledger.
            <a href="jwks.json">jwks.json</a>: the keys of the receipts. <a href="verify.md">verify.md</a>: how to check all of this.</p>
            <table><thead><tr><th>request</th><th>type</th><th>state</th><th>received</th><th>ended</th><th>receipt</th></tr></thead><tbody>
            {rows}</tbody></table></main></body></html>

            """;

    public static string Verify(DateOnly from, DateOnly to) =>
        $"""
            # How to verify this archive ({Day(from)} to {Day(to)})

            Without the service and without a network, in the folder that the archive was unpacked into:

            1. `sha256sum -c SHA256SUMS`: no file was altered since the list was made, and none is missing.
            2. `governance verify-receipt evidence.jws --jwks jwks.json`: the seal of this archive is genuine. The line `plan` is the SHA-256 of
               `SHA256SUMS`: compare it with what `sha256sum SHA256SUMS` prints.
            3. `governance verify-ledger --file ledger.jsonl --receipt evidence.jws`: the chain of the ledger holds from its first entry on, and the
               seal hangs on it. Name each file of `receipts/` with a further `--receipt`.
            4. `governance verify-receipt receipts/<request>.jws --jwks jwks.json`: what was done for one request, table by table.

            Take `jwks.json` from the service itself (`/.well-known/jwks.json`), or from an earlier archive, where it matters that the keys are
            theirs: an archive that was forged whole brings keys of its own. `governance` is the service's own program.

            """;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? at) =>
        at?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
