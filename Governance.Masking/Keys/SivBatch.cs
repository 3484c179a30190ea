using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Governance.Masking.Columns;

namespace Governance.Masking.Keys;

/// <summary>
/// A few values that are encrypted by AES-SIV (RFC 5297) together, each under its own key, into what
/// <see cref="AesSiv.Encrypt"/> gives for each alone, behind the version byte and key id of Tink's wire format. Several times as
/// fast: values wait for AES side by side. Not for concurrent use; <see cref="Rent"/> gives each thread its own.
/// </summary>
internal sealed class SivBatch
{
    /// <summary>How many values it takes. All of its memory stays in the processor's nearest cache.</summary>
    public const int Capacity = 32;

    /// <summary>Length of the longest value in bytes; longer ones gain little from company.</summary>
    public const int MaxLength = MostBlocks * AesBlock.Size;

    private const int MostBlocks = 8;
    private const int TagOffset = KeyRing.PrefixLength;
    private const int HeadLength = KeyRing.Overhead;

    // A value may be read and written by whole blocks, so one more follows it.
    private const int Stride = 176;

    [ThreadStatic]
    private static SivBatch? _spare;

    private readonly byte[] _values = new byte[Capacity * Stride];
    private readonly int[] _lengths = new int[Capacity];
    private readonly int[] _indexes = new int[Capacity];
    private readonly AesSiv?[] _keys = new AesSiv?[Capacity];
    private readonly AesSivState[] _states = new AesSivState[Capacity];
    private readonly Vector128<byte>[] _chains = new Vector128<byte>[Capacity * MostBlocks];
    private readonly Vector128<byte>[] _stream = new Vector128<byte>[Capacity * MostBlocks];
    private readonly byte[] _streamOwners = new byte[Capacity * MostBlocks];
    private readonly byte[] _blockCounts = new byte[Capacity];
    private readonly byte[] _order = new byte[Capacity];
    private bool _oneKey = true;
    private int _mostUsed;

    /// <summary>How many values are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it takes no more.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Where the next value is to be written before <see cref="Add"/>; <see cref="MaxLength"/> bytes.</summary>
    public Span<byte> Room => _values.AsSpan((Count * Stride) + HeadLength, MaxLength);

    /// <summary>This thread's batch, empty. Give it back by <see cref="Return"/>.</summary>
    public static SivBatch Rent()
    {
        var batch = _spare ?? new SivBatch();
        _spare = null;
        return batch;
    }

    /// <summary>Forgets everything: no value or key stays behind.</summary>
    public void Return()
    {
        Clear();
        CryptographicOperations.ZeroMemory(_values.AsSpan(0, _mostUsed * Stride));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_chains.AsSpan(0, _mostUsed * MostBlocks)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_stream.AsSpan(0, _mostUsed * MostBlocks)));
        Array.Clear(_keys, 0, _mostUsed);
        Array.Clear(_states, 0, _mostUsed);
        _mostUsed = 0;
        _spare = this;
    }

    /// <summary>Adds the value that was written to <see cref="Room"/>.</summary>
    /// <param name="key">Encrypts it.</param>
    /// <param name="state">The associated data, as the key absorbed it.</param>
    /// <param name="keyId">Goes in front of the ciphertext.</param>
    /// <param name="length">Length of the value, at most <see cref="MaxLength"/>.</param>
    /// <param name="index">By what the caller finds it again.</param>
    public void Add(AesSiv key, AesSivState state, uint keyId, int length, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        var slot = Count;
        _lengths[slot] = length;
        _blockCounts[slot] = (byte)Blocks(length);
        _indexes[slot] = index;
        _keys[slot] = key;
        _states[slot] = state;
        _oneKey &= key == _keys[0];
        var head = _values.AsSpan(slot * Stride, TagOffset);
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], keyId);
        head[0] = 1;
        Count++;
    }

    /// <summary>What the caller named a value by.</summary>
    public int IndexOf(int slot) => _indexes[slot];

    /// <summary>An encrypted value, with its prefix; there after <see cref="Encrypt"/>.</summary>
    public ReadOnlySpan<byte> Encrypted(int slot) => _values.AsSpan(slot * Stride, HeadLength + _lengths[slot]);

    /// <summary>An encrypted value's text form (<see cref="MaskedText"/>).</summary>
    public void WriteText(int slot, ReadOnlySpan<byte> prefix, ByteBuffer text) =>
        MaskedText.Write(prefix, _values.AsSpan(slot * Stride, Stride), HeadLength + _lengths[slot], text);

    /// <summary>Encrypts all values.</summary>
    public void Encrypt()
    {
        if (Count == 0)
        {
            return;
        }

        int shortest = MostBlocks;
        int longest = 1;
        for (var slot = 0; slot < Count; slot++)
        {
            PrepareChain(slot);
            shortest = Math.Min(shortest, _blockCounts[slot]);
            longest = Math.Max(longest, _blockCounts[slot]);
        }

        Order(mixed: longest - shortest > 1);
        RunChains();
        RunStream(PrepareStream());
        ApplyStream();
    }

    /// <summary>Takes other values in place of these.</summary>
    public void Clear()
    {
        _mostUsed = Math.Max(_mostUsed, Count);
        Count = 0;
        _oneKey = true;
    }

    // S2V takes an empty value for one block.
    private static int Blocks(int length) => Math.Max(1, (int)((uint)(length + AesBlock.Size - 1) / AesBlock.Size));

    // S2V's last step (RFC 5297, 2.4), up to the chaining.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrepareChain(int slot)
    {
        ref var value = ref _values[(slot * Stride) + HeadLength];
        ref var chain = ref _chains[slot * MostBlocks];
        var length = _lengths[slot];
        var state = _states[slot].Value;
        var mac = _keys[slot]!.Mac;
        if (length < AesBlock.Size)
        {
            chain =
                PaddedBlock.Pad(Vector128.LoadUnsafe(ref value), length)
                ^ PaddedBlock.FromNumber(PaddedBlock.Double(state))
                ^ mac.WholeSubkey;
            return;
        }

        // The state is xored into the last sixteen bytes, which may straddle two blocks.
        var last = _blockCounts[slot] - 1;
        for (var block = 0; block < last; block++)
        {
            Unsafe.Add(ref chain, block) = Vector128.LoadUnsafe(ref value, (nuint)(block * AesBlock.Size));
        }

        var end = Vector128.LoadUnsafe(ref value, (nuint)(last * AesBlock.Size));
        var mark = PaddedBlock.FromNumber(state);
        var rest = length % AesBlock.Size;
        if (rest == 0)
        {
            Unsafe.Add(ref chain, last) = end ^ mark ^ mac.WholeSubkey;
            return;
        }

        // What a shuffle takes from outside of the sixteen is zero.
        var places = Vector128<byte>.Indices;
        var split = Vector128.Create((byte)rest);
        Unsafe.Add(ref chain, last - 1) ^= Vector128.Shuffle(mark, places - split);
        Unsafe.Add(ref chain, last) =
            PaddedBlock.Pad(end, rest)
            ^ Vector128.Shuffle(mark, places + (Vector128.Create((byte)AesBlock.Size) - split))
            ^ mac.PartialSubkey;
    }

    // Lanes go on until the longest value beside them is done, so values of very different lengths are sorted by it.
    private void Order(bool mixed)
    {
        Span<int> next = stackalloc int[MostBlocks + 1];
        if (mixed)
        {
            for (var slot = 0; slot < Count; slot++)
            {
                next[_blockCounts[slot]]++;
            }

            var total = 0;
            foreach (ref var place in next)
            {
                (place, total) = (total, total + place);
            }
        }

        for (var slot = 0; slot < Count; slot++)
        {
            _order[mixed ? next[_blockCounts[slot]]++ : slot] = (byte)slot;
        }
    }

    [SkipLocalsInit]
    private void RunChains()
    {
        Span<int> at = stackalloc int[AesLanes.Count];
        LaneKeys keys = default;
        for (var first = 0; first < Count; first += AesLanes.Count)
        {
            var steps = 0;
            for (var lane = 0; lane < AesLanes.Count; lane++)
            {
                // Lanes without a value work beside the last, on blocks of which nobody reads anything.
                var place = first + lane;
                int slot = place < Count ? _order[place] : place;
                at[lane] = slot * MostBlocks;
                if (place < Count)
                {
                    steps = Math.Max(steps, _blockCounts[slot]);
                }

                if (!_oneKey)
                {
                    keys[lane] = _keys[place < Count ? slot : 0]!.Mac.Block;
                }
            }

            for (var step = 0; step < steps; step++)
            {
                if (_oneKey)
                {
                    AesLanes.Encrypt(_keys[0]!.Mac.Block, _chains, at, step);
                }
                else
                {
                    AesLanes.Encrypt(keys, _chains, at, step);
                }
            }
        }
    }

    // The counters of all values, one after another (RFC 5297, 2.6: from the IV, with bits 63 and 31 cleared).
    private int PrepareStream()
    {
        var counterBits = Vector128.Create(
            255,
            255,
            255,
            255,
            255,
            255,
            255,
            255,
            127,
            255,
            255,
            255,
            127,
            255,
            255,
            255
        );
        var count = 0;
        for (var slot = 0; slot < Count; slot++)
        {
            var length = _lengths[slot];
            var tag = _chains[(slot * MostBlocks) + _blockCounts[slot] - 1];
            tag.StoreUnsafe(ref _values[(slot * Stride) + TagOffset]);
            var counter = (tag & counterBits).AsUInt32();
            var low = BinaryPrimitives.ReverseEndianness(counter.GetElement(3));
            for (uint block = 0; block * AesBlock.Size < (uint)length; block++)
            {
                _stream[count] = counter.WithElement(3, BinaryPrimitives.ReverseEndianness(low + block)).AsByte();
                _streamOwners[count] = (byte)slot;
                count++;
            }
        }

        return count;
    }

    [SkipLocalsInit]
    private void RunStream(int count)
    {
        Span<int> at = stackalloc int[AesLanes.Count];
        LaneKeys keys = default;
        for (var first = 0; first < count; first += AesLanes.Count)
        {
            for (var lane = 0; lane < AesLanes.Count; lane++)
            {
                var block = first + lane;
                at[lane] = block;
                if (!_oneKey)
                {
                    keys[lane] = _keys[block < count ? _streamOwners[block] : 0]!.Counter;
                }
            }

            if (_oneKey)
            {
                AesLanes.Encrypt(_keys[0]!.Counter, _stream, at, step: 0);
            }
            else
            {
                AesLanes.Encrypt(keys, _stream, at, step: 0);
            }
        }
    }

    private void ApplyStream()
    {
        var block = 0;
        for (var slot = 0; slot < Count; slot++)
        {
            ref var value = ref _values[(slot * Stride) + HeadLength];
            var length = _lengths[slot];
            for (var offset = 0; offset < length; offset += AesBlock.Size, block++)
            {
                (Vector128.LoadUnsafe(ref value, (nuint)offset) ^ _stream[block]).StoreUnsafe(ref value, (nuint)offset);
            }

            // The key stream went over the end.
            Unsafe.Add(ref value, length) = 0;
            Unsafe.Add(ref value, length + 1) = 0;
        }
    }

    // Held on the stack: the garbage collector wants to hear of every reference that is stored on the heap.
    [InlineArray(AesLanes.Count)]
    private struct LaneKeys
    {
        private AesBlock _first;
    }
}
