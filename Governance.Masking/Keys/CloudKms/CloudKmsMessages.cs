using Newtonsoft.Json;

namespace Governance.Masking.Keys.CloudKms;

// The bodies of cloudkms.projects.locations.keyRings.cryptoKeys.encrypt and .decrypt, v1. Bytes are base64, 64-bit numbers decimal strings.
// https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/encrypt

internal sealed record EncryptBody(
    [property: JsonProperty("plaintext")] string Plaintext,
    [property: JsonProperty("plaintextCrc32c")] string PlaintextCrc32C,
    [property: JsonProperty("additionalAuthenticatedData")] string AssociatedData,
    [property: JsonProperty("additionalAuthenticatedDataCrc32c")] string AssociatedDataCrc32C
)
{
    // Not what the compiler would print.
    public override string ToString() => nameof(EncryptBody);
}

internal sealed class EncryptAnswer
{
    [JsonProperty("name")]
    public string? Name { get; set; }

    [JsonProperty("ciphertext")]
    public string? Ciphertext { get; set; }

    [JsonProperty("ciphertextCrc32c")]
    public string? CiphertextCrc32C { get; set; }

    [JsonProperty("verifiedPlaintextCrc32c")]
    public bool VerifiedPlaintext { get; set; }

    [JsonProperty("verifiedAdditionalAuthenticatedDataCrc32c")]
    public bool VerifiedAssociatedData { get; set; }
}

internal sealed record DecryptBody(
    [property: JsonProperty("ciphertext")] string Ciphertext,
    [property: JsonProperty("ciphertextCrc32c")] string CiphertextCrc32C,
    [property: JsonProperty("additionalAuthenticatedData")] string AssociatedData,
    [property: JsonProperty("additionalAuthenticatedDataCrc32c")] string AssociatedDataCrc32C
);

/// <summary>
/// It tells no verification of what was sent: a ciphertext or associated data whose checksum does not match is refused as a whole.
/// </summary>
internal sealed class DecryptAnswer
{
    [JsonProperty("plaintext")]
    public string? Plaintext { get; set; }

    [JsonProperty("plaintextCrc32c")]
    public string? PlaintextCrc32C { get; set; }
}
