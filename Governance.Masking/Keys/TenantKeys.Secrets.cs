namespace Governance.Masking.Keys;

/// <content>Secrets that the service keeps for a while, such as the passphrase that an archive will be encrypted to.</content>
public sealed partial class TenantKeys
{
    /// <summary>Seals a secret, bound to what it is for and whose it is.</summary>
    /// <param name="plain">The secret.</param>
    /// <param name="purpose">What it is for; a code.</param>
    /// <param name="owner">Whose it is, such as a request's id.</param>
    public byte[] SealSecret(ReadOnlySpan<byte> plain, string purpose, string owner)
    {
        CheckUsable();
        return Ring(KeyDerivation.Secret, "").Encrypt(SecretContext(purpose, owner), plain);
    }

    /// <summary>Opens what <see cref="SealSecret"/> sealed.</summary>
    /// <returns><see langword="false"/> where it is not genuine, or for something or somebody else.</returns>
    public bool TryOpenSecret(ReadOnlySpan<byte> sealedSecret, string purpose, string owner, out byte[] plain)
    {
        CheckUsable();
        return TryDecrypt(Ring(KeyDerivation.Secret, ""), SecretContext(purpose, owner), sealedSecret, out plain);
    }

    private byte[] SecretContext(string purpose, string owner) =>
        LengthPrefixed.Encode("governance/secret/1", Tenant, purpose, owner);
}
