using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>
/// The AES-256-SIV keys of one purpose and domain: one derived from every enabled key of the keyset. The primary encrypts;
/// the id in front of a ciphertext picks the key that decrypts. Ciphertexts have Tink's form:
/// <c>0x01 ‖ key id (u32 BE) ‖ SIV(16) ‖ ciphertext</c>.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    /// <summary>Version byte and key id.</summary>
    public const int PrefixLength = 1 + sizeof(uint);

    /// <summary>What a value grows by.</summary>
    public const int Overhead = PrefixLength + AesSiv.Overhead;

    private readonly FrozenDictionary<uint, AesSiv> _keys;

    public KeyRing(TinkKeyset keyset, string purpose, string tenant, string domain)
    {
        PrimaryId = keyset.PrimaryKeyId;
        _keys = keyset
            .Keys.Where(key => key.Enabled)
            .ToFrozenDictionary(
                key => key.Id,
                key =>
                {
                    var derived = KeyDerivation.Derive(key.Material, 64, purpose, tenant, domain);
                    try
                    {
                        return new AesSiv(derived);
                    }
                    finally
                    {
                        CryptographicOperations.ZeroMemory(derived);
                    }
                }
            );
        Primary = _keys[PrimaryId];
    }

    public uint PrimaryId { get; }

    public AesSiv Primary { get; }

    public IEnumerable<uint> Ids => _keys.Keys;

    /// <summary>The key with this id, or <see langword="null"/> where it was retired.</summary>
    public AesSiv? Find(uint id) => _keys.GetValueOrDefault(id);

    /// <summary>Encrypts under the primary.</summary>
    /// <param name="state">Associated data, absorbed by <see cref="Primary"/>.</param>
    /// <param name="plain">The value.</param>
    /// <param name="destination">Receives <see cref="Overhead"/> bytes more than the value has.</param>
    public void Encrypt(AesSivState state, ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        destination[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], PrimaryId);
        Primary.Encrypt(state, plain, destination[PrefixLength..]);
    }

    /// <summary>Encrypts under the primary.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plain)
    {
        var output = new byte[plain.Length + Overhead];
        Encrypt(Primary.Absorb(Primary.Start, associatedData), plain, output);
        return output;
    }

    /// <summary>Decrypts and verifies under the key that the ciphertext names.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> destination)
    {
        if (
            ciphertext.Length < Overhead
            || ciphertext[0] != 1
            || Find(BinaryPrimitives.ReadUInt32BigEndian(ciphertext[1..])) is not { } siv
        )
        {
            return false;
        }

        return siv.TryDecrypt(siv.Absorb(siv.Start, associatedData), ciphertext[PrefixLength..], destination);
    }

    public void Dispose()
    {
        foreach (var siv in _keys.Values)
        {
            siv.Dispose();
        }
    }
}
