using System.Buffers;
using System.Buffers.Binary;

namespace Governance.Masking.Keys;

/// <summary>
/// The key of one subject (AES-256-SIV). It is random and exists in its vault row alone, wrapped; once that row is destroyed,
/// nothing that was sealed under it can be opened. Safe for concurrent callers.
/// </summary>
/// <remarks>
/// A sealed value is <c>0x01 ‖ key version (u32 BE) ‖ SIV(16) ‖ ciphertext</c>; its text form is <c>s1.</c> and base64url.
/// Equal values of one subject and context have equal sealed forms. The length of a value shows.
/// </remarks>
public sealed class SubjectKey
{
    internal const int Size = 64;
    private const int MostStates = 16;
    private const int PrefixLength = 1 + sizeof(uint);
    private const int Overhead = PrefixLength + AesSiv.Overhead;

    // Never disposed: another thread may be sealing with it, and a cleared key would seal under zeros.
    private readonly AesSiv _siv;

    // A subject has few categories; their associated data is absorbed once per key, not per value. Replaced, never changed.
    private volatile (SealContext Context, AesSivState State)[] _states = [];

    internal SubjectKey(ReadOnlySpan<byte> key, uint version = 1)
    {
        _siv = new AesSiv(key);
        Version = version;
    }

    /// <summary>In front of every value that this key seals.</summary>
    public uint Version { get; }

    /// <summary>A random key of no subject, kept nowhere: for values that are thrown away.</summary>
    internal static SubjectKey Nobody { get; } = new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(Size));

    internal static ReadOnlySpan<byte> TextPrefix => "s1."u8;

    /// <summary>Seals a value into its text form.</summary>
    public void Seal(SealContext context, ReadOnlySpan<byte> plain, IBufferWriter<byte> text)
    {
        var length = plain.Length + Overhead;
        byte[]? rented = null;
        Span<byte> bytes = length <= 512 ? stackalloc byte[length] : (rented = ArrayPool<byte>.Shared.Rent(length));
        SealInto(context, plain, bytes[..length]);
        MaskedText.Write(TextPrefix, bytes[..length], text);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Seals a value.</summary>
    public byte[] Seal(SealContext context, ReadOnlySpan<byte> plain)
    {
        var bytes = new byte[plain.Length + Overhead];
        SealInto(context, plain, bytes);
        return bytes;
    }

    /// <summary>
    /// Derives a number that nobody can derive once this key is destroyed: the same for every call, unrelated to any other label's and to
    /// anything that the key seals (the synthetic IV of nothing under the label: AES-SIV's S2V is a pseudorandom function, RFC 5297, 6).
    /// </summary>
    /// <param name="label">What the number is for; see <see cref="DerivationLabel"/>.</param>
    internal UInt128 Derive(ReadOnlySpan<byte> label)
    {
        Span<byte> derived = stackalloc byte[AesSiv.Overhead];
        _siv.Encrypt(_siv.Absorb(_siv.Start, label), [], derived);
        return BinaryPrimitives.ReadUInt128BigEndian(derived);
    }

    /// <summary>A label for <see cref="Derive"/>; never equal to what a <see cref="SealContext"/> seals in.</summary>
    internal static byte[] DerivationLabel(string use, string parameter) =>
        LengthPrefixed.Encode("governance/derived/1", use, parameter);

    /// <summary>Opens the text form of a sealed value.</summary>
    /// <returns><see langword="false"/> where it is not genuine: of another subject, another context, or altered.</returns>
    internal bool TryOpenText(SealContext context, ReadOnlySpan<byte> text, out byte[] plain)
    {
        plain = [];
        return MaskedText.TryRead(TextPrefix, text) is { } bytes && TryOpen(context, bytes, out plain);
    }

    /// <summary>Opens a sealed value.</summary>
    /// <returns><see langword="false"/> where it is not genuine: of another subject, another context, or altered.</returns>
    internal bool TryOpen(SealContext context, ReadOnlySpan<byte> sealedValue, out byte[] plain)
    {
        plain = [];
        if (
            sealedValue.Length < Overhead
            || sealedValue[0] != 1
            || BinaryPrimitives.ReadUInt32BigEndian(sealedValue[1..]) != Version
        )
        {
            return false;
        }

        var opened = new byte[sealedValue.Length - Overhead];
        if (!_siv.TryDecrypt(State(context), sealedValue[PrefixLength..], opened))
        {
            return false;
        }

        plain = opened;
        return true;
    }

    /// <summary>Adds a value to a batch, where it fits. One that does not is for <see cref="Seal(SealContext, ReadOnlySpan{byte}, IBufferWriter{byte})"/>.</summary>
    /// <param name="context">What the value is bound to.</param>
    /// <param name="plain">The value.</param>
    /// <param name="index">By what the caller finds it again.</param>
    /// <param name="batch">The batch, which is not full.</param>
    internal void Add(SealContext context, ReadOnlySpan<byte> plain, int index, SivBatch batch)
    {
        if (plain.TryCopyTo(batch.Room))
        {
            batch.Add(_siv, State(context), Version, plain.Length, index);
        }
    }

    private void SealInto(SealContext context, ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        destination[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], Version);
        _siv.Encrypt(State(context), plain, destination[PrefixLength..]);
    }

    private AesSivState State(SealContext context)
    {
        var states = _states;
        foreach (var kept in states)
        {
            if (ReferenceEquals(kept.Context, context))
            {
                return kept.State;
            }
        }

        // A plan that was compiled anew has its own objects for the same contexts.
        foreach (var kept in states)
        {
            if (kept.Context.AssociatedData.AsSpan().SequenceEqual(context.AssociatedData))
            {
                return kept.State;
            }
        }

        var state = _siv.Absorb(_siv.Start, context.AssociatedData);
        if (states.Length < MostStates)
        {
            // Two callers at once may lose one of two states: then it is absorbed once more.
            _states = [.. states, (context, state)];
        }

        return state;
    }
}
