using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Api.Features.Ledger;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>The claims of a receipt: JWT's own (RFC 7519), and the facts.</summary>
/// <param name="Issuer">Always <see cref="IssuerName"/>.</param>
/// <param name="Id">The receipt's id.</param>
/// <param name="IssuedAt">When it was signed, in seconds since 1970.</param>
/// <param name="Facts">What was done.</param>
/// <param name="Ledger">Where the ledger stood: the entry of the completion.</param>
/// <param name="Software">Name and version of the program that signed.</param>
internal sealed record ReceiptPayload(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("jti")] string Id,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("facts")] ReceiptFacts Facts,
    [property: JsonPropertyName("ledger")] LedgerAnchor Ledger,
    [property: JsonPropertyName("software")] string Software
)
{
    /// <summary>The issuer of all receipts.</summary>
    public const string IssuerName = "governance";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads JSON; <see langword="null"/> where it is no receipt's.</summary>
    public static ReceiptPayload? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<ReceiptPayload>(utf8, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
