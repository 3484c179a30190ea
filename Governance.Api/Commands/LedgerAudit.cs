using System.Text.Json;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Commands;

/// <summary>
/// Walks a ledger, and holds receipts against it: each names an entry that must be there, and the ledger names each receipt
/// that was issued. Signatures are not checked here; they need keys (<c>verify-receipt</c>).
/// </summary>
internal sealed class LedgerAudit
{
    private readonly List<(string Name, ReceiptPayload? Payload, string Hash, bool IsStored)> _receipts = [];
    private readonly Dictionary<string, string> _issued = new(StringComparer.Ordinal);
    private bool _knowsStored;

    /// <summary>The chain.</summary>
    public ChainCheck Check { get; } = new();

    /// <summary>How many receipts were held against it.</summary>
    public int Receipts => _receipts.Count;

    /// <summary>Adds a receipt that must hang on the chain. Before the ledger is read.</summary>
    public void Expect(string name, string jws) => Add(name, jws, isStored: false);

    /// <summary>Reads the stored ledger and the stored receipts.</summary>
    public async Task ReadStateAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        _knowsStored = true;
        await foreach (var receipt in db.Set<StoredReceipt>().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Add($"receipt of request {receipt.RequestId}", receipt.Jws, isStored: true);
        }

        var entries = db.Set<LedgerEntry>().OrderBy(entry => entry.Sequence).AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (!Take(entry))
            {
                return;
            }
        }
    }

    /// <summary>Reads an exported ledger.</summary>
    public async Task ReadExportAsync(TextReader reader, CancellationToken cancellationToken)
    {
        // Split at \n alone: a carriage return would be a byte that was altered.
        var text = await reader.ReadToEndAsync(cancellationToken);
        if (text.Length > 0 && text[^1] != '\n')
        {
            // The last entry is taken, but its line was altered or cut short.
            text += "\0\n";
        }

        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range];
            if (range.End.Value == text.Length)
            {
                return;
            }

            if (LedgerExport.Read(line) is not { } entry)
            {
                Check.AddUnreadable("the line is not one of an export");
                return;
            }

            if (!Take(entry))
            {
                return;
            }
        }
    }

    /// <summary>What is wrong with receipts.</summary>
    public IEnumerable<string> ReceiptFindings()
    {
        foreach (var (name, payload, hash, _) in _receipts)
        {
            if (payload is null)
            {
                yield return $"{name}: it is no receipt";
            }
            else if (!Check.Holds(payload.Ledger))
            {
                yield return $"{name}: the ledger entry {payload.Ledger.Sequence} that it names is not on the chain";
            }
            else if (
                !_issued.TryGetValue(payload.Id, out var issued)
                || !string.Equals(issued, hash, StringComparison.Ordinal)
            )
            {
                yield return $"{name}: the ledger does not say that it was issued so";
            }
        }

        if (!_knowsStored)
        {
            yield break;
        }

        var stored = _receipts
            .Where(receipt => receipt.IsStored)
            .Select(receipt => receipt.Hash)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (id, hash) in _issued)
        {
            if (!stored.Contains(hash))
            {
                yield return $"receipt {id}: the ledger says that it was issued, and it is gone or altered";
            }
        }
    }

    private void Add(string name, string jws, bool isStored)
    {
        var payload = Decode(jws);
        var hash = ReceiptEntry.Hash(jws);
        _receipts.Add((name, payload, hash, isStored));
        if (payload is not null)
        {
            Check.Watch(payload.Ledger.Sequence);
        }
    }

    private bool Take(LedgerEntry entry)
    {
        if (!Check.Add(entry.Sequence, entry.Payload, entry.Hash))
        {
            return false;
        }

        using var document = JsonDocument.Parse(entry.Payload);
        if (
            document.RootElement.TryGetProperty("action", out var action)
            && action.ValueEquals(ReceiptEntry.Action)
            && ReceiptEntry.Read(document.RootElement.GetProperty("details")) is var (id, hash)
        )
        {
            _issued[id] = hash;
        }

        return true;
    }

    private static ReceiptPayload? Decode(string jws)
    {
        try
        {
            return jws.Split('.') is [_, var body, _] ? ReceiptPayload.Read(Base64UrlEncoder.DecodeBytes(body)) : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
