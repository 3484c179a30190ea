namespace Governance.Api.Features.Receipts;

/// <summary>The public keys of receipts.</summary>
internal interface IReceiptKeySet
{
    /// <summary>The keys as a JWK set (RFC 7517), as <c>/.well-known/jwks.json</c> serves it.</summary>
    byte[] ReadJwks();
}
