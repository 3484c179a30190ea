using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>Signs by Microsoft.IdentityModel, with the active key of <see cref="ReceiptKeys"/>.</summary>
internal sealed class ReceiptSigner(ReceiptKeys keys) : IReceiptSigner
{
    /// <summary>The JWS header's <c>typ</c>, so that no other token of anybody is taken for a receipt (RFC 8725, 3.11).</summary>
    public const string Type = "governance-receipt+jwt";

    private static readonly JsonWebTokenHandler Handler = new();

    public string Sign(ReceiptPayload payload) =>
        Handler.CreateToken(
            payload.ToJson(),
            new SigningCredentials(keys.Active, SecurityAlgorithms.EcdsaSha256),
            new Dictionary<string, object>(StringComparer.Ordinal) { [JwtHeaderParameterNames.Typ] = Type }
        );
}
