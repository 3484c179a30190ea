namespace Governance.Masking.Keys;

/// <summary>What BigQuery's <c>DETERMINISTIC_DECRYPT_STRING</c> needs to read one domain's tokens.</summary>
/// <param name="KeysetJson">A Tink cleartext keyset, for <c>KEYS.KEYSET_FROM_JSON</c>. Secret.</param>
/// <param name="AdditionalData">The function's <c>additional_data</c> argument.</param>
public sealed record BigQueryKeyset(string KeysetJson, ReadOnlyMemory<byte> AdditionalData);
