using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>A signing key as its file holds it: public in plain, private wrapped by the key encryption key.</summary>
/// <param name="Kid">RFC 7638 thumbprint of the public key.</param>
/// <param name="X">The point, base64url.</param>
/// <param name="Y">The point, base64url.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="WrappedPrivateKey">PKCS #8, wrapped; base64.</param>
internal sealed record ReceiptKey(string Kid, string X, string Y, DateTimeOffset CreatedAt, string WrappedPrivateKey)
{
    /// <summary>Makes a random P-256 key.</summary>
    public static async Task<ReceiptKey> CreateAsync(
        IKeyEncryptionKey kek,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        var kid = Base64UrlEncoder.Encode(Public("", x, y).ComputeJwkThumbprint());
        var plain = key.ExportPkcs8PrivateKey();
        try
        {
            var wrapped = await kek.EncryptAsync(plain, Context(kid), cancellationToken);
            return new ReceiptKey(kid, x, y, now, Convert.ToBase64String(wrapped));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The public key.</summary>
    public JsonWebKey ToPublic() => Public(Kid, X, Y);

    /// <summary>The private key.</summary>
    /// <exception cref="KeyMaterialException">Wrapped by another key, or altered.</exception>
    public async Task<ECDsaSecurityKey> UnwrapAsync(IKeyEncryptionKey kek, CancellationToken cancellationToken)
    {
        var plain = await kek.DecryptAsync(
            Convert.FromBase64String(WrappedPrivateKey),
            Context(Kid),
            cancellationToken
        );
        try
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(plain, out _);
            return new ECDsaSecurityKey(key) { KeyId = Kid };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The same key, wrapped by whatever the key encryption key wraps with now.</summary>
    /// <exception cref="KeyMaterialException">Wrapped by another key, or altered.</exception>
    public async Task<ReceiptKey> RewrapAsync(IKeyEncryptionKey kek, CancellationToken cancellationToken)
    {
        var plain = await kek.DecryptAsync(
            Convert.FromBase64String(WrappedPrivateKey),
            Context(Kid),
            cancellationToken
        );
        try
        {
            var wrapped = await kek.EncryptAsync(plain, Context(Kid), cancellationToken);
            return this with { WrappedPrivateKey = Convert.ToBase64String(wrapped) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    // Binds the wrapped key to its purpose and to its public half.
    private static byte[] Context(string kid) => Encoding.UTF8.GetBytes($"governance/receipt-signing/1/{kid}");

    private static JsonWebKey Public(string kid, string x, string y) =>
        new()
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = x,
            Y = y,
            Kid = kid,
            Use = JsonWebKeyUseNames.Sig,
            Alg = SecurityAlgorithms.EcdsaSha256,
        };
}
