using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.Api.Features.Ledger;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>The ledger entry of an issued receipt: which one, and its hash.</summary>
internal static class ReceiptEntry
{
    public const string Action = "receipt.issued";

    public static LedgerFact Write(ReceiptPayload payload, string jws) =>
        new(
            "system:receipts",
            Action,
            $"subject-request/{payload.Facts.RequestId}",
            new LedgerDetails { { "receipt", payload.Id }, { "sha256", Hash(jws) } }
        );

    /// <summary>Reads the details of such an entry; <see langword="null"/> where they are not.</summary>
    public static (string Id, string Hash)? Read(JsonElement details) =>
        details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("receipt", out var id)
        && details.TryGetProperty("sha256", out var hash)
        && id.ValueKind == JsonValueKind.String
        && hash.ValueKind == JsonValueKind.String
            ? (id.GetString()!, hash.GetString()!)
            : null;

    /// <summary>SHA-256 of a compact JWS, lower-case hex.</summary>
    public static string Hash(string jws) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jws)));
}
