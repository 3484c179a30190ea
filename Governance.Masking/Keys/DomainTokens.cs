using System.Buffers;
using System.Buffers.Binary;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Keys;

/// <summary>
/// Tokens of one domain: equal values (after normalization) have equal tokens, in every table and topic, until the keyset's
/// primary changes. Whoever holds the domain's key can turn them back, as BigQuery's <c>DETERMINISTIC_DECRYPT_STRING</c> does.
/// Safe for concurrent callers.
/// </summary>
/// <remarks>
/// A token is <c>0x01 ‖ key id (u32 BE) ‖ SIV(16) ‖ ciphertext</c> (Tink's wire format); its text form is <c>t1.</c> and base64url.
/// </remarks>
public sealed class DomainTokens
{
    private readonly KeyRing _ring;
    private readonly AesSivState _state;
    private readonly byte[][] _associatedData;

    internal DomainTokens(KeyRing ring, string tenant, string domain, INormalizer normalizer)
    {
        _ring = ring;
        Domain = domain;
        Normalizer = normalizer;

        // Newest first: tokens made under an older normalization stay readable.
        _associatedData =
        [
            .. Enumerable
                .Range(1, normalizer.Version)
                .Reverse()
                .Select(version =>
                    LengthPrefixed.Encode(
                        "governance/token/1",
                        tenant,
                        domain,
                        version.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    )
                ),
        ];
        _state = ring.Primary.Absorb(ring.Primary.Start, _associatedData[0]);
    }

    /// <summary>The domain.</summary>
    public string Domain { get; }

    /// <summary>Makes the normal form that tokens are made of.</summary>
    public INormalizer Normalizer { get; }

    /// <summary>The associated data of new tokens: length-prefixed format, tenant, domain and normalization version.</summary>
    public ReadOnlyMemory<byte> AssociatedData => _associatedData[0];

    internal static ReadOnlySpan<byte> TextPrefix => "t1."u8;

    /// <summary>Makes the token of a normalized value, in its text form.</summary>
    /// <param name="normalized">What <see cref="Normalizer"/> gave.</param>
    /// <param name="text">Receives the token.</param>
    public void Write(ReadOnlySpan<byte> normalized, IBufferWriter<byte> text)
    {
        var length = normalized.Length + KeyRing.Overhead;
        byte[]? rented = null;
        Span<byte> bytes = length <= 512 ? stackalloc byte[length] : (rented = ArrayPool<byte>.Shared.Rent(length));
        _ring.Encrypt(_state, normalized, bytes[..length]);
        MaskedText.Write(TextPrefix, bytes[..length], text);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// Adds a value to a batch of tokens, where it fits. A value that does not, or that has no normal form, is for
    /// <see cref="Write"/>.
    /// </summary>
    /// <param name="plain">The value as it came.</param>
    /// <param name="index">By what the caller finds it again.</param>
    /// <param name="batch">The batch, which is not full.</param>
    internal void Add(ReadOnlySpan<byte> plain, int index, SivBatch batch)
    {
        if (Normalizer.TryNormalize(plain, batch.Room, out var length, out _))
        {
            batch.Add(_ring.Primary, _state, _ring.PrimaryId, length, index);
        }
    }

    /// <summary>Turns a token back into the normalized value.</summary>
    /// <returns><see langword="false"/> where it is not genuine, of another domain, or its key was retired.</returns>
    internal bool TryOpenText(ReadOnlySpan<byte> text, out byte[] normalized)
    {
        normalized = [];
        if (MaskedText.TryRead(TextPrefix, text) is not { Length: >= KeyRing.Overhead } bytes)
        {
            return false;
        }

        var opened = new byte[bytes.Length - KeyRing.Overhead];
        foreach (var associatedData in _associatedData)
        {
            if (_ring.TryDecrypt(associatedData, bytes, opened))
            {
                normalized = opened;
                return true;
            }
        }

        return false;
    }

    /// <summary>The key that made a token, or <see langword="null"/> where it is none.</summary>
    public static uint? ReadKeyId(ReadOnlySpan<byte> text) =>
        MaskedText.TryRead(TextPrefix, text) is { Length: >= KeyRing.Overhead } bytes && bytes[0] == 1
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1))
            : null;
}
