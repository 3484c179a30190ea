using Governance.Api.Features.Receipts.Signing;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Features.Receipts.ReadKeys;

/// <summary>The public keys as a JWK set (RFC 7517).</summary>
internal sealed record KeySet(IReadOnlyList<PublicKey> Keys);

/// <summary>One public key.</summary>
internal sealed record PublicKey(string Kty, string Crv, string X, string Y, string Use, string Alg, string Kid)
{
    public static PublicKey Of(JsonWebKey key) => new(key.Kty, key.Crv, key.X, key.Y, key.Use, key.Alg, key.Kid);
}

internal static class ReadKeysEndpoint
{
    /// <summary>Anybody may check a receipt, so anybody may read what it takes.</summary>
    public static void MapReadKeys(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/.well-known/jwks.json",
                (ReceiptKeys keys) => TypedResults.Ok(new KeySet([.. keys.Public.Select(PublicKey.Of)]))
            )
            .AllowAnonymous()
            .WithTags("Receipts")
            .WithSummary("The public keys of receipts; old keys stay listed.");
}
