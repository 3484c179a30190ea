using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>
/// AES-SIV, deterministic authenticated encryption (RFC 5297), for keys of 32, 48 and 64 bytes. Equal values under equal
/// associated data give equal ciphertexts, and nothing else is shown but the length. Safe for concurrent callers; allocates
/// nothing per call where the processor has AES instructions.
/// </summary>
/// <remarks>
/// Associated data is absorbed into an <see cref="AesSivState"/> first. A state can be kept and used for many values, so a
/// domain's associated data costs nothing per value.
/// </remarks>
internal sealed class AesSiv : IDisposable
{
    /// <summary>The synthetic IV in front of the ciphertext: what a value grows by.</summary>
    public const int Overhead = AesBlock.Size;

    private readonly CmacKey _mac;
    private readonly AesBlock _counter;

    /// <summary>Takes a key.</summary>
    /// <param name="key">K1 then K2 of RFC 5297: the first half authenticates, the second encrypts.</param>
    /// <param name="allowInstructions">Whether the processor's AES instructions may be used.</param>
    public AesSiv(ReadOnlySpan<byte> key, bool allowInstructions = true)
    {
        if (key.Length is not (32 or 48 or 64))
        {
            throw new ArgumentException("An AES-SIV key has 32, 48 or 64 bytes.", nameof(key));
        }

        _mac = new CmacKey(key[..(key.Length / 2)], allowInstructions);
        _counter = new AesBlock(key[(key.Length / 2)..], allowInstructions);
        Start = new AesSivState(_mac.Hash(stackalloc byte[AesBlock.Size]));
    }

    /// <summary>The state before any associated data.</summary>
    public AesSivState Start { get; }

    /// <summary>Makes the synthetic IV; for batches of values.</summary>
    internal CmacKey Mac => _mac;

    /// <summary>Makes the key stream; for batches of values.</summary>
    internal AesBlock Counter => _counter;

    /// <summary>Adds one component of associated data. The order of components counts.</summary>
    public AesSivState Absorb(AesSivState state, ReadOnlySpan<byte> associatedData) =>
        new(PaddedBlock.Double(state.Value) ^ _mac.Hash(associatedData));

    /// <summary>Encrypts a value.</summary>
    /// <param name="state">The associated data.</param>
    /// <param name="plain">The value.</param>
    /// <param name="destination">
    /// Receives <see cref="Overhead"/> bytes more than the value has. Must not overlap <paramref name="plain"/>.
    /// </param>
    public void Encrypt(AesSivState state, ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        if (destination.Length < plain.Length + Overhead)
        {
            throw new ArgumentException("Needs the value's length and 16 bytes.", nameof(destination));
        }

        var tag = Tag(state, plain);
        BinaryPrimitives.WriteUInt128BigEndian(destination, tag);
        ApplyCounter(tag, plain, destination[Overhead..]);
    }

    /// <summary>Decrypts and verifies.</summary>
    /// <param name="state">The associated data.</param>
    /// <param name="ciphertext">What <see cref="Encrypt"/> wrote.</param>
    /// <param name="destination">Receives the value; cleared where the ciphertext is not genuine.</param>
    /// <returns>Whether the ciphertext is genuine.</returns>
    public bool TryDecrypt(AesSivState state, ReadOnlySpan<byte> ciphertext, Span<byte> destination)
    {
        if (ciphertext.Length < Overhead)
        {
            return false;
        }

        var plain = destination[..(ciphertext.Length - Overhead)];
        ApplyCounter(BinaryPrimitives.ReadUInt128BigEndian(ciphertext), ciphertext[Overhead..], plain);
        Span<byte> expected = stackalloc byte[Overhead];
        BinaryPrimitives.WriteUInt128BigEndian(expected, Tag(state, plain));
        if (CryptographicOperations.FixedTimeEquals(expected, ciphertext[..Overhead]))
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(plain);
        return false;
    }

    public void Dispose()
    {
        _mac.Dispose();
        _counter.Dispose();
    }

    // S2V's last step (RFC 5297, 2.4).
    private UInt128 Tag(AesSivState state, ReadOnlySpan<byte> plain)
    {
        if (plain.Length < AesBlock.Size)
        {
            return PaddedBlock.ToNumber(
                _mac.Block.Encrypt(
                    PaddedBlock.FromNumber(PaddedBlock.Double(state.Value)) ^ PaddedBlock.Read(plain) ^ _mac.WholeSubkey
                )
            );
        }

        // The state is xored into the last sixteen bytes, which may straddle two blocks.
        var tailLength = AesBlock.Size + (plain.Length % AesBlock.Size);
        var head = plain[..^tailLength];
        Span<byte> tail = stackalloc byte[2 * AesBlock.Size];
        tail = tail[..tailLength];
        plain[^tailLength..].CopyTo(tail);
        var last = tail[^AesBlock.Size..];
        BinaryPrimitives.WriteUInt128BigEndian(last, BinaryPrimitives.ReadUInt128BigEndian(last) ^ state.Value);
        var tag = _mac.Finish(_mac.Chain(Vector128<byte>.Zero, head), tail);
        CryptographicOperations.ZeroMemory(tail);
        return tag;
    }

    // RFC 5297, 2.6: the counter starts at the tag with bits 63 and 31 cleared.
    private void ApplyCounter(UInt128 tag, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var counter = tag & new UInt128(0xffff_ffff_ffff_ffff, 0x7fff_ffff_7fff_ffff);
        while (source.Length > 2 * AesBlock.Size)
        {
            var block0 = PaddedBlock.FromNumber(counter);
            var block1 = PaddedBlock.FromNumber(counter + 1);
            var block2 = PaddedBlock.FromNumber(counter + 2);
            var block3 = PaddedBlock.FromNumber(counter + 3);
            _counter.Encrypt4(ref block0, ref block1, ref block2, ref block3);
            counter += 4;
            if (source.Length < 4 * AesBlock.Size)
            {
                Span<byte> stream = stackalloc byte[4 * AesBlock.Size];
                block0.CopyTo(stream);
                block1.CopyTo(stream[16..]);
                block2.CopyTo(stream[32..]);
                block3.CopyTo(stream[48..]);
                Xor(source, stream, destination);
                return;
            }

            (Vector128.Create(source) ^ block0).CopyTo(destination);
            (Vector128.Create(source[16..]) ^ block1).CopyTo(destination[16..]);
            (Vector128.Create(source[32..]) ^ block2).CopyTo(destination[32..]);
            (Vector128.Create(source[48..]) ^ block3).CopyTo(destination[48..]);
            source = source[64..];
            destination = destination[64..];
        }

        for (; source.Length >= AesBlock.Size; counter++)
        {
            (Vector128.Create(source) ^ _counter.Encrypt(PaddedBlock.FromNumber(counter))).CopyTo(destination);
            source = source[AesBlock.Size..];
            destination = destination[AesBlock.Size..];
        }

        if (!source.IsEmpty)
        {
            Span<byte> stream = stackalloc byte[AesBlock.Size];
            _counter.Encrypt(PaddedBlock.FromNumber(counter)).CopyTo(stream);
            Xor(source, stream, destination);
        }
    }

    private static void Xor(ReadOnlySpan<byte> source, ReadOnlySpan<byte> stream, Span<byte> destination)
    {
        for (var index = 0; index < source.Length; index++)
        {
            destination[index] = (byte)(source[index] ^ stream[index]);
        }
    }
}

/// <summary>Associated data as an <see cref="AesSiv"/> absorbed it; of use with that key alone.</summary>
internal readonly record struct AesSivState(UInt128 Value);
