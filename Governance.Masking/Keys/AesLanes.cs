using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Governance.Masking.Keys;

/// <summary>
/// AES of one block in each of eight lanes at once. An AES instruction's result comes some cycles later, but one or two begin in
/// every cycle: eight independent blocks take hardly longer than one. Elsewhere than on x86, lane after lane.
/// </summary>
internal static class AesLanes
{
    /// <summary>How many lanes there are. Whoever has fewer blocks points the other lanes at blocks of no use.</summary>
    public const int Count = 8;

    /// <summary>Replaces a block in every lane by its ciphertext, all under one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="blocks">Where the blocks are.</param>
    /// <param name="at">Where each lane begins.</param>
    /// <param name="step">
    /// Which block of each lane. From the second on, the block before it is xored into it first: step by step, a lane becomes
    /// its CBC-MAC.
    /// </param>
    public static void Encrypt(AesBlock key, Span<Vector128<byte>> blocks, Span<int> at, int step)
    {
        if (!X86Aes.IsSupported || !key.HasSchedule)
        {
            for (var lane = 0; lane < Count; lane++)
            {
                EncryptOne(key, blocks, at[lane], step);
            }

            return;
        }

        Check(blocks, at, step);
        ref var first = ref MemoryMarshal.GetReference(blocks);
        ref var starts = ref MemoryMarshal.GetReference(at);
        ref var round = ref key.Schedule;
        ref var last = ref Unsafe.Add(ref round, key.Rounds);
        var a = Load(ref first, starts, step) ^ round;
        var b = Load(ref first, Unsafe.Add(ref starts, 1), step) ^ round;
        var c = Load(ref first, Unsafe.Add(ref starts, 2), step) ^ round;
        var d = Load(ref first, Unsafe.Add(ref starts, 3), step) ^ round;
        var e = Load(ref first, Unsafe.Add(ref starts, 4), step) ^ round;
        var f = Load(ref first, Unsafe.Add(ref starts, 5), step) ^ round;
        var g = Load(ref first, Unsafe.Add(ref starts, 6), step) ^ round;
        var h = Load(ref first, Unsafe.Add(ref starts, 7), step) ^ round;
        for (
            round = ref Unsafe.Add(ref round, 1);
            Unsafe.IsAddressLessThan(ref round, ref last);
            round = ref Unsafe.Add(ref round, 1)
        )
        {
            var roundKey = round;
            a = X86Aes.Encrypt(a, roundKey);
            b = X86Aes.Encrypt(b, roundKey);
            c = X86Aes.Encrypt(c, roundKey);
            d = X86Aes.Encrypt(d, roundKey);
            e = X86Aes.Encrypt(e, roundKey);
            f = X86Aes.Encrypt(f, roundKey);
            g = X86Aes.Encrypt(g, roundKey);
            h = X86Aes.Encrypt(h, roundKey);
        }

        var lastKey = last;
        Unsafe.Add(ref first, starts + step) = X86Aes.EncryptLast(a, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 1) + step) = X86Aes.EncryptLast(b, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 2) + step) = X86Aes.EncryptLast(c, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 3) + step) = X86Aes.EncryptLast(d, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 4) + step) = X86Aes.EncryptLast(e, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 5) + step) = X86Aes.EncryptLast(f, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 6) + step) = X86Aes.EncryptLast(g, lastKey);
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 7) + step) = X86Aes.EncryptLast(h, lastKey);
    }

    /// <summary>The same, with each lane under its own key.</summary>
    /// <param name="keys">A key of each lane; all of one length.</param>
    /// <param name="blocks">Where the blocks are.</param>
    /// <param name="at">Where each lane begins.</param>
    /// <param name="step">Which block of each lane.</param>
    public static void Encrypt(ReadOnlySpan<AesBlock> keys, Span<Vector128<byte>> blocks, Span<int> at, int step)
    {
        var rounds = keys[0].Rounds;
        var together = X86Aes.IsSupported;
        foreach (var key in keys[..Count])
        {
            together &= key.HasSchedule && key.Rounds == rounds;
        }

        if (!together)
        {
            for (var lane = 0; lane < Count; lane++)
            {
                EncryptOne(keys[lane], blocks, at[lane], step);
            }

            return;
        }

        Check(blocks, at, step);
        ref var first = ref MemoryMarshal.GetReference(blocks);
        ref var starts = ref MemoryMarshal.GetReference(at);
        ref var keyA = ref keys[0].Schedule;
        ref var keyB = ref keys[1].Schedule;
        ref var keyC = ref keys[2].Schedule;
        ref var keyD = ref keys[3].Schedule;
        ref var keyE = ref keys[4].Schedule;
        ref var keyF = ref keys[5].Schedule;
        ref var keyG = ref keys[6].Schedule;
        ref var keyH = ref keys[7].Schedule;
        var a = Load(ref first, starts, step) ^ keyA;
        var b = Load(ref first, Unsafe.Add(ref starts, 1), step) ^ keyB;
        var c = Load(ref first, Unsafe.Add(ref starts, 2), step) ^ keyC;
        var d = Load(ref first, Unsafe.Add(ref starts, 3), step) ^ keyD;
        var e = Load(ref first, Unsafe.Add(ref starts, 4), step) ^ keyE;
        var f = Load(ref first, Unsafe.Add(ref starts, 5), step) ^ keyF;
        var g = Load(ref first, Unsafe.Add(ref starts, 6), step) ^ keyG;
        var h = Load(ref first, Unsafe.Add(ref starts, 7), step) ^ keyH;
        for (nint round = 1; round < rounds; round++)
        {
            a = X86Aes.Encrypt(a, Unsafe.Add(ref keyA, round));
            b = X86Aes.Encrypt(b, Unsafe.Add(ref keyB, round));
            c = X86Aes.Encrypt(c, Unsafe.Add(ref keyC, round));
            d = X86Aes.Encrypt(d, Unsafe.Add(ref keyD, round));
            e = X86Aes.Encrypt(e, Unsafe.Add(ref keyE, round));
            f = X86Aes.Encrypt(f, Unsafe.Add(ref keyF, round));
            g = X86Aes.Encrypt(g, Unsafe.Add(ref keyG, round));
            h = X86Aes.Encrypt(h, Unsafe.Add(ref keyH, round));
        }

        Unsafe.Add(ref first, starts + step) = X86Aes.EncryptLast(a, Unsafe.Add(ref keyA, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 1) + step) = X86Aes.EncryptLast(b, Unsafe.Add(ref keyB, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 2) + step) = X86Aes.EncryptLast(c, Unsafe.Add(ref keyC, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 3) + step) = X86Aes.EncryptLast(d, Unsafe.Add(ref keyD, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 4) + step) = X86Aes.EncryptLast(e, Unsafe.Add(ref keyE, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 5) + step) = X86Aes.EncryptLast(f, Unsafe.Add(ref keyF, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 6) + step) = X86Aes.EncryptLast(g, Unsafe.Add(ref keyG, rounds));
        Unsafe.Add(ref first, Unsafe.Add(ref starts, 7) + step) = X86Aes.EncryptLast(h, Unsafe.Add(ref keyH, rounds));
    }

    // The kernels go without bounds checks: who calls them has rooms of fixed size, and lanes at fixed places in them.
    [Conditional("DEBUG")]
    private static void Check(Span<Vector128<byte>> blocks, Span<int> at, int step)
    {
        foreach (var start in at[..Count])
        {
            Debug.Assert(start >= 0 && step >= 0 && start + step < blocks.Length, "A lane leaves its room.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ref Vector128<byte> first, int start, int step)
    {
        ref var block = ref Unsafe.Add(ref first, start + step);
        return step == 0 ? block : block ^ Unsafe.Subtract(ref block, 1);
    }

    private static void EncryptOne(AesBlock key, Span<Vector128<byte>> blocks, int start, int step)
    {
        ref var block = ref blocks[start + step];
        block = key.Encrypt(step == 0 ? block : block ^ blocks[start + step - 1]);
    }
}
