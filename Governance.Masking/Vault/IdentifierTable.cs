using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Governance.Masking.Vault;

/// <summary>
/// What is known of identifiers, in flat arrays: no object for an entry, so that ten million fit into less than a gigabyte and the
/// collector has nothing to walk. Bounded; an entry has an absolute life. Readers take no lock.
/// </summary>
/// <typeparam name="TValue">A surrogate, or a subject key.</typeparam>
/// <remarks>
/// Open addressing with linear probing, shared out over shards. A blind index is a keyed hash already and is used as it is; 96 of
/// its bits are compared, with the domain in them: that two of ten million are equal in these has a chance of 10^-15. A writer holds its shard's lock and makes the shard's version odd while slots move; a reader that saw the version change
/// looks again under the lock. A full shard forgets by the clock rule: what expired, or was not used since the hand last came by.
/// </remarks>
internal sealed class IdentifierTable<TValue>
{
    private const int MostShards = 32;
    private const int LeastOfShard = 1 << 16;

    private readonly Shard[] _shards;
    private readonly int _shift;

    /// <summary>Makes an empty one; memory is taken as it fills.</summary>
    /// <param name="capacity">How many entries it holds at most, give or take a hundredth; none below one.</param>
    /// <param name="life">How long an entry is used, in milliseconds.</param>
    /// <param name="epoch">Says whether something was removed meanwhile.</param>
    public IdentifierTable(int capacity, long life, RemovalEpoch epoch)
    {
        var count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(capacity / LeastOfShard, 1, MostShards));
        _shift = 64 - BitOperations.Log2((uint)count);
        var share = capacity / count;

        // Chance fills shards unevenly; a hundredth is many times the deviation of so many.
        var limit = count == 1 ? Math.Max(capacity, 0) : share + (share / 100);
        _shards = new Shard[count];
        for (var index = 0; index < count; index++)
        {
            _shards[index] = new Shard(limit, Units(life), epoch);
        }
    }

    /// <summary>How many entries there are, expired ones too.</summary>
    public long Count => _shards.Sum(shard => (long)shard.Count);

    /// <summary>How many bytes its slots take, empty ones too.</summary>
    public long Bytes => _shards.Sum(shard => shard.Length) * Unsafe.SizeOf<Slot>();

    /// <summary>The longest run of full slots: so far may a look-up have to walk.</summary>
    public int LongestRun => _shards.Max(shard => shard.LongestRun());

    /// <summary>Asks the processor to fetch where an entry would be: the fetches of a batch overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(BlindIndex index)
    {
        if (Sse.IsSupported)
        {
            ShardOf(index.High).Prefetch(index.High);
        }
    }

    /// <summary>Finds an entry that has not expired.</summary>
    /// <param name="domain">Number of the domain.</param>
    /// <param name="index">The blind index.</param>
    /// <param name="now">Milliseconds since a fixed start.</param>
    /// <param name="value">What is known.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(int domain, BlindIndex index, long now, out TValue value) =>
        ShardOf(index.High).TryGet(index.High, Rest(domain, index), Units(now), out value);

    /// <summary>Keeps an entry, unless something was removed since <paramref name="epoch"/>: it could be this very one.</summary>
    /// <param name="domain">Number of the domain.</param>
    /// <param name="index">The blind index.</param>
    /// <param name="value">What is known.</param>
    /// <param name="now">When it was known, in milliseconds since a fixed start.</param>
    /// <param name="epoch">The epoch before the vault was asked.</param>
    public void Add(int domain, BlindIndex index, TValue value, long now, long epoch) =>
        ShardOf(index.High).Add(index.High, Rest(domain, index), value, Units(now), epoch);

    /// <summary>Removes the entries whose index starts so. The epoch was moved on before.</summary>
    public void Remove(ulong prefix) => ShardOf(prefix).Remove(prefix);

    /// <summary>Removes everything, and gives the memory back. The epoch was moved on before.</summary>
    public void Clear()
    {
        foreach (var shard in _shards)
        {
            shard.Clear();
        }
    }

    /// <summary>Removes what has expired.</summary>
    public void Sweep(long now)
    {
        foreach (var shard in _shards)
        {
            shard.Sweep(Units(now));
        }
    }

    // A shift by 64 would be one by nothing: with one shard, every index is of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Shard ShardOf(ulong high) => _shards[_shards.Length == 1 ? 0 : (int)(high >> _shift)];

    // The multiplier spreads the domains' numbers over all bits (2^32 divided by the golden ratio).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Rest(int domain, BlindIndex index) => (uint)index.Low ^ ((uint)domain * 0x9E37_79B9u);

    // Of 64 milliseconds, so that 31 bits last for four years; they may wrap, for what is older was swept out long before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Units(long milliseconds) => (uint)(milliseconds >> 6);

    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        /// <summary>The first half of the blind index.</summary>
        public ulong High;

        /// <summary>32 bits of the other half, with the domain.</summary>
        public uint Rest;

        /// <summary>Whether it was used (one bit), and when it was added (31 bits); 0 is an empty slot.</summary>
        public uint State;

        public TValue Value;
    }

    private sealed class Shard(int limit, uint life, RemovalEpoch epoch)
    {
        private const uint Used = 1u << 31;
        private const uint Time = Used - 1;
        private const int FirstLength = 64;

        private readonly Lock _gate = new();
        private Slot[] _slots = [];
        private int _version;
        private int _count;
        private int _hand;
        private int _stride;
        private bool _isFull;

        public int Count => Volatile.Read(ref _count);

        public long Length => _slots.Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public unsafe void Prefetch(ulong high)
        {
            var slots = _slots;
            if (slots.Length > 0)
            {
                // The array may move before the processor looks: then the wrong line is fetched, and nothing is lost.
                ref var slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots), Home(high, slots.Length));
                Sse.Prefetch0(Unsafe.AsPointer(ref slot));

                // Most entries are in the first three slots from here.
                Sse.Prefetch0((byte*)Unsafe.AsPointer(ref slot) + 64);
            }
        }

        public bool TryGet(ulong high, uint rest, uint now, out TValue value)
        {
            var version = Volatile.Read(ref _version);
            if ((version & 1) == 0)
            {
                var found = Probe(high, rest, now, out value);
                Volatile.ReadBarrier();
                if (_version == version)
                {
                    return found;
                }
            }

            lock (_gate)
            {
                return Probe(high, rest, now, out value);
            }
        }

        public void Add(ulong high, uint rest, TValue value, uint now, long seen)
        {
            lock (_gate)
            {
                // Whoever removes moves the epoch on first and comes here after: either this sees it, or he finds the entry.
                if (limit < 1 || epoch.Value != seen)
                {
                    return;
                }

                var at = Find(high, rest);
                if (at < 0)
                {
                    if (_count >= limit)
                    {
                        Evict(now);
                    }
                    else if (_count + 1 > (long)_slots.Length * 13 / 20)
                    {
                        Grow();
                    }

                    at = FirstEmpty(_slots, high);
                    _count++;
                }

                BeginChange();
                _slots[at] = new Slot
                {
                    High = high,
                    Rest = rest,
                    State = (now & Time) == 0 ? Time : now & Time,
                    Value = value,
                };
                EndChange();
            }
        }

        public void Remove(ulong prefix)
        {
            lock (_gate)
            {
                if (_slots.Length == 0)
                {
                    return;
                }

                var at = Home(prefix, _slots.Length);
                while (_slots[at].State != 0)
                {
                    if (_slots[at].High == prefix)
                    {
                        Delete(at);
                    }
                    else
                    {
                        at = Next(at, _slots.Length);
                    }
                }
            }
        }

        public int LongestRun()
        {
            lock (_gate)
            {
                var (longest, run) = (0, 0);
                foreach (ref readonly var slot in _slots.AsSpan())
                {
                    run = slot.State == 0 ? 0 : run + 1;
                    longest = Math.Max(longest, run);
                }

                return longest;
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                BeginChange();
                _slots = [];
                _count = 0;
                _hand = 0;
                _isFull = false;
                EndChange();
            }
        }

        public void Sweep(uint now)
        {
            lock (_gate)
            {
                for (var at = 0; at < _slots.Length; )
                {
                    if (_slots[at].State != 0 && IsExpired(_slots[at].State, now))
                    {
                        Delete(at);
                    }
                    else
                    {
                        at++;
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Home(ulong high, int length) => (int)(((ulong)(uint)high * (uint)length) >> 32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Next(int at, int length) => at + 1 == length ? 0 : at + 1;

        private static int FirstEmpty(Slot[] slots, ulong high)
        {
            var at = Home(high, slots.Length);
            while (slots[at].State != 0)
            {
                at = Next(at, slots.Length);
            }

            return at;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool IsExpired(uint state, uint now) => ((now - state) & Time) >= life;

        // Without the lock, slots may move meanwhile: what is read may be nonsense (the version tells), but it ends.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool Probe(ulong high, uint rest, uint now, out TValue value)
        {
            var slots = _slots;
            if (slots.Length > 0)
            {
                var at = Home(high, slots.Length);
                for (var step = 0; step < slots.Length; step++)
                {
                    ref var slot = ref slots[at];
                    var state = slot.State;
                    if (state == 0)
                    {
                        break;
                    }

                    if (slot.High == high && slot.Rest == rest)
                    {
                        if (IsExpired(state, now))
                        {
                            break;
                        }

                        value = slot.Value;
                        if (_isFull && (state & Used) == 0)
                        {
                            // Where another entry of the same state came here meanwhile, that one is spared once for nothing.
                            _ = Interlocked.CompareExchange(ref slot.State, state | Used, state);
                        }

                        return true;
                    }

                    at = Next(at, slots.Length);
                }
            }

            value = default!;
            return false;
        }

        private int Find(ulong high, uint rest)
        {
            if (_slots.Length == 0)
            {
                return -1;
            }

            for (var at = Home(high, _slots.Length); ; at = Next(at, _slots.Length))
            {
                ref var slot = ref _slots[at];
                if (slot.State == 0)
                {
                    return -1;
                }

                if (slot.High == high && slot.Rest == rest)
                {
                    return at;
                }
            }
        }

        // Beside what readers use: they go on with the old slots until the new ones are whole.
        private void Grow()
        {
            var most = (int)Math.Min((limit * 8L / 5) + 8, Array.MaxLength);
            var length = (int)Math.Min(Math.Max(FirstLength, _slots.Length * 3L / 2), most);
            var slots = new Slot[length];
            foreach (ref readonly var slot in _slots.AsSpan())
            {
                if (slot.State != 0)
                {
                    slots[FirstEmpty(slots, slot.High)] = slot;
                }
            }

            BeginChange();
            _slots = slots;
            EndChange();
            _hand = 0;

            // In leaps, and yet to every slot once a round: a hand that went from slot to slot would leave an empty stretch behind
            // it and find ever longer runs before it, until probing took for ever.
            _stride = (int)(length * 0.618) | 1;
            while (BigInteger.GreatestCommonDivisor(_stride, length) != 1)
            {
                _stride += 2;
            }
        }

        private void Evict(uint now)
        {
            _isFull = true;
            while (true)
            {
                var at = _hand;
                _hand = (int)(((long)at + _stride) % _slots.Length);
                ref var state = ref _slots[at].State;
                if (state == 0)
                {
                    continue;
                }

                if ((state & Used) == 0 || IsExpired(state, now))
                {
                    Delete(at);
                    return;
                }

                state &= ~Used;
            }
        }

        // Closes the gap (Knuth, TAOCP 3, 6.4, algorithm R), so that probing never walks over the dead.
        private void Delete(int hole)
        {
            var length = _slots.Length;
            BeginChange();
            for (var at = Next(hole, length); _slots[at].State != 0; at = Next(at, length))
            {
                if (Distance(Home(_slots[at].High, length), at, length) >= Distance(hole, at, length))
                {
                    _slots[hole] = _slots[at];
                    hole = at;
                }
            }

            _slots[hole] = default;
            _count--;
            EndChange();
        }

        private static int Distance(int from, int to, int length) => to >= from ? to - from : to - from + length;

        private void BeginChange()
        {
            _version++;
            Volatile.WriteBarrier();
        }

        private void EndChange() => Volatile.Write(ref _version, _version + 1);
    }
}

/// <summary>Moves on with every removal: what was read from the vault before one may be what was removed.</summary>
internal sealed class RemovalEpoch
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void MoveOn() => Interlocked.Increment(ref _value);
}
