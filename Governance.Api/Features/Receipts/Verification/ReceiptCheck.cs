using System.Text.Json;
using Governance.Api.Features.Receipts.Signing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Features.Receipts.Verification;

/// <summary>Whether a text is a receipt that one of the given keys signed.</summary>
/// <param name="Payload">What it says; <see langword="null"/> where it is not valid.</param>
/// <param name="Reason">Why it is not valid; <see langword="null"/> where it is.</param>
internal sealed record ReceiptCheck(ReceiptPayload? Payload, string? Reason)
{
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>Checks a compact JWS. Every byte of it counts, those included that base64url decoding would overlook.</summary>
    public static async Task<ReceiptCheck> RunAsync(string jws, IReadOnlyCollection<JsonWebKey> keys)
    {
        var parts = jws.Split('.');
        if (parts.Length != 3 || parts.Select(Decode).ToArray() is not [{ } header, { } body, { Length: 64 }])
        {
            return Refuse("it is no compact JWS");
        }

        if (Read(header) is not var (algorithm, type, kid))
        {
            return Refuse("its header is not one of a receipt");
        }

        if (!string.Equals(type, ReceiptSigner.Type, StringComparison.Ordinal))
        {
            return Refuse($"its type is not {ReceiptSigner.Type}");
        }

        if (!string.Equals(algorithm, SecurityAlgorithms.EcdsaSha256, StringComparison.Ordinal))
        {
            return Refuse("it is not signed with ES256");
        }

        var named = keys.Where(key => string.Equals(key.Kid, kid, StringComparison.Ordinal)).ToArray();
        if (named.Length == 0)
        {
            return Refuse("the key that it names is not in the key set");
        }

        var result = await Handler.ValidateTokenAsync(
            jws,
            new TokenValidationParameters
            {
                IssuerSigningKeys = named,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidTypes = [ReceiptSigner.Type],
                ValidIssuer = ReceiptPayload.IssuerName,
                ValidateAudience = false,
                // A proof does not expire.
                ValidateLifetime = false,
                RequireExpirationTime = false,
            }
        );
        if (!result.IsValid)
        {
            return Refuse(
                result.Exception is SecurityTokenInvalidIssuerException
                    ? "it was issued by somebody else"
                    : "its signature does not match"
            );
        }

        return ReceiptPayload.Read(body) is { } payload
            ? new ReceiptCheck(payload, null)
            : Refuse("it is signed, but its content is not that of a receipt");
    }

    private static ReceiptCheck Refuse(string reason) => new(null, reason);

    private static byte[]? Decode(string part)
    {
        try
        {
            var bytes = Base64UrlEncoder.DecodeBytes(part);
            return string.Equals(Base64UrlEncoder.Encode(bytes), part, StringComparison.Ordinal) ? bytes : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static (string Algorithm, string Type, string Kid)? Read(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var root = document.RootElement;
            return (
                root.GetProperty("alg").GetString() ?? "",
                root.GetProperty("typ").GetString() ?? "",
                root.GetProperty("kid").GetString() ?? ""
            );
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
