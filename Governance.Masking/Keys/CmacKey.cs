using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>
/// AES-CMAC (RFC 4493, NIST SP 800-38B) with a kept key: a keyed hash of 128 bits, many short messages at a time. Safe for
/// concurrent callers; allocates nothing per call where the processor has AES instructions.
/// </summary>
internal sealed class CmacKey : IDisposable
{
    /// <summary>Length of a result in bytes.</summary>
    public const int Size = AesBlock.Size;

    private const int ChunkMessages = 32;

    // Longer messages are hashed alone: lanes of one step would wait for them.
    private const int MostBlocks = 8;

    private readonly AesBlock _block;
    private readonly Vector128<byte> _wholeSubkey;
    private readonly Vector128<byte> _partialSubkey;

    /// <summary>Takes a key.</summary>
    /// <param name="key">16, 24 or 32 bytes; copied.</param>
    /// <param name="allowInstructions">Whether the processor's AES instructions may be used.</param>
    public CmacKey(ReadOnlySpan<byte> key, bool allowInstructions = true)
    {
        _block = new AesBlock(key, allowInstructions);
        var whole = PaddedBlock.Double(PaddedBlock.ToNumber(_block.Encrypt(Vector128<byte>.Zero)));
        _wholeSubkey = PaddedBlock.FromNumber(whole);
        _partialSubkey = PaddedBlock.FromNumber(PaddedBlock.Double(whole));
    }

    /// <summary>The cipher itself.</summary>
    public AesBlock Block => _block;

    /// <summary>Xored into a last block that is whole (K1 of the RFC).</summary>
    public Vector128<byte> WholeSubkey => _wholeSubkey;

    /// <summary>Xored into a last block that had to be padded (K2 of the RFC).</summary>
    public Vector128<byte> PartialSubkey => _partialSubkey;

    /// <summary>Hashes a message.</summary>
    public UInt128 Hash(ReadOnlySpan<byte> message)
    {
        if (message.Length <= AesBlock.Size)
        {
            return Finish(Vector128<byte>.Zero, message);
        }

        var tailLength = message.Length % AesBlock.Size is var rest && rest == 0 ? AesBlock.Size : rest;
        return Finish(Chain(Vector128<byte>.Zero, message[..^tailLength]), message[^tailLength..]);
    }

    /// <summary>Hashes a message into its <see cref="Size"/> bytes.</summary>
    public void Hash(ReadOnlySpan<byte> message, Span<byte> destination) =>
        BinaryPrimitives.WriteUInt128BigEndian(destination, Hash(message));

    /// <summary>Hashes many messages: a few nanoseconds each, where one alone takes ten times that.</summary>
    /// <param name="messages">The messages, one directly after another.</param>
    /// <param name="ends">Where each one ends.</param>
    /// <param name="hashes">Receives a hash for each, read as a big-endian number.</param>
    [SkipLocalsInit]
    public void HashMany(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<UInt128> hashes)
    {
        hashes = hashes[..ends.Length];
        Span<Vector128<byte>> blocks = stackalloc Vector128<byte>[ChunkMessages * MostBlocks];
        Span<int> counts = stackalloc int[ChunkMessages];
        var start = 0;
        for (var first = 0; first < ends.Length; first += ChunkMessages)
        {
            var chunk = ends[first..Math.Min(first + ChunkMessages, ends.Length)];
            for (var index = 0; index < chunk.Length; index++)
            {
                var end = chunk[index];
                counts[index] = Prepare(messages, start, end, blocks.Slice(index * MostBlocks, MostBlocks));
                if (counts[index] == 0)
                {
                    hashes[first + index] = Hash(messages[start..end]);
                }

                start = end;
            }

            Run(blocks, counts[..chunk.Length]);
            for (var index = 0; index < chunk.Length; index++)
            {
                if (counts[index] > 0)
                {
                    hashes[first + index] = PaddedBlock.ToNumber(blocks[(index * MostBlocks) + counts[index] - 1]);
                }
            }
        }

        CryptographicOperations.ZeroMemory(
            MemoryMarshal.AsBytes(blocks[..(Math.Min(ends.Length, ChunkMessages) * MostBlocks)])
        );
    }

    public void Dispose() => _block.Dispose();

    /// <summary>Goes on over whole blocks that are not the message's last.</summary>
    internal Vector128<byte> Chain(Vector128<byte> state, ReadOnlySpan<byte> blocks)
    {
        foreach (var block in MemoryMarshal.Cast<byte, Vector128<byte>>(blocks))
        {
            state = _block.Encrypt(state ^ block);
        }

        return state;
    }

    /// <summary>The end of a message: nothing up to two blocks, the last of which may be partial.</summary>
    internal UInt128 Finish(Vector128<byte> state, ReadOnlySpan<byte> tail)
    {
        if (tail.Length > AesBlock.Size)
        {
            state = _block.Encrypt(state ^ Vector128.Create(tail));
            tail = tail[AesBlock.Size..];
        }

        return PaddedBlock.ToNumber(
            _block.Encrypt(
                tail.Length == AesBlock.Size
                    ? state ^ Vector128.Create(tail) ^ _wholeSubkey
                    : state ^ PaddedBlock.Read(tail) ^ _partialSubkey
            )
        );
    }

    // A message's blocks, so that nothing but chaining is left to do. Gives how many; 0 where it is too long.
    private int Prepare(ReadOnlySpan<byte> messages, int start, int end, Span<Vector128<byte>> blocks)
    {
        var length = end - start;
        if (length > MostBlocks * AesBlock.Size)
        {
            return 0;
        }

        var last = 0;
        for (; length > AesBlock.Size; length -= AesBlock.Size, start += AesBlock.Size)
        {
            blocks[last++] = Vector128.Create(messages[start..]);
        }

        blocks[last] =
            length == AesBlock.Size ? Vector128.Create(messages[start..]) ^ _wholeSubkey
            : start + AesBlock.Size <= messages.Length
                ? PaddedBlock.Pad(Vector128.Create(messages[start..]), length) ^ _partialSubkey
            : PaddedBlock.Read(messages[start..end]) ^ _partialSubkey;
        return last + 1;
    }

    private void Run(Span<Vector128<byte>> blocks, ReadOnlySpan<int> counts)
    {
        Span<int> at = stackalloc int[AesLanes.Count];
        for (var first = 0; first < counts.Length; first += AesLanes.Count)
        {
            var steps = 0;
            for (var lane = 0; lane < AesLanes.Count; lane++)
            {
                // Lanes without a message work on the rest of the room, of which nobody reads anything.
                at[lane] = (first + lane) * MostBlocks;
                steps = Math.Max(steps, first + lane < counts.Length ? counts[first + lane] : 0);
            }

            for (var step = 0; step < steps; step++)
            {
                AesLanes.Encrypt(_block, blocks, at, step);
            }
        }
    }
}
