namespace Governance.Masking.Vault;

/// <summary>The vault's content cannot be trusted. The message says what to do; it holds no identifier.</summary>
public sealed class VaultException(string message) : Exception(message);
