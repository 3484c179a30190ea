using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Governance.Masking.Keys;

/// <summary>
/// The AES block cipher (FIPS 197), forward direction alone: SIV needs no other. Uses the processor's instructions, which
/// take the same time for every key and value; without them, the platform's implementation under a lock.
/// </summary>
internal sealed class AesBlock : IDisposable
{
    public const int Size = 16;

    private readonly byte[] _schedule;
    private readonly int _rounds;
    private readonly Aes? _platform;
    private bool _disposed;

    public AesBlock(ReadOnlySpan<byte> key, bool allowInstructions = true)
    {
        if (key.Length is not (16 or 24 or 32))
        {
            throw new ArgumentException("An AES key has 16, 24 or 32 bytes.", nameof(key));
        }

        _rounds = (key.Length / 4) + 6;
        if (allowInstructions && (X86Aes.IsSupported || ArmAes.IsSupported))
        {
            _schedule = new byte[(_rounds + 1) * Size];
            Expand(key, _schedule);
        }
        else
        {
            _schedule = [];
            _platform = Aes.Create();
            _platform.SetKey(key);
        }
    }

    /// <summary>Rounds of the cipher: one less than the schedule has round keys.</summary>
    public int Rounds => _rounds;

    /// <summary>Whether the processor's instructions do the work.</summary>
    public bool HasSchedule => _platform is null;

    /// <summary>The first round key; <see cref="Rounds"/> more follow. For kernels of several blocks.</summary>
    public ref Vector128<byte> Schedule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ref Unsafe.As<byte, Vector128<byte>>(ref MemoryMarshal.GetArrayDataReference(_schedule));
        }
    }

    /// <summary>Encrypts one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        // A zeroed schedule would still encrypt, under a key that everybody knows.
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_platform is not null)
        {
            return EncryptByPlatform(block);
        }

        ReadOnlySpan<byte> schedule = _schedule;
        return X86Aes.IsSupported ? EncryptX86(block, schedule) : EncryptArm(block, schedule);
    }

    /// <summary>Encrypts four blocks, interleaved: the instructions' latency is paid once.</summary>
    public void Encrypt4(
        ref Vector128<byte> block0,
        ref Vector128<byte> block1,
        ref Vector128<byte> block2,
        ref Vector128<byte> block3
    )
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_platform is not null || !X86Aes.IsSupported)
        {
            block0 = Encrypt(block0);
            block1 = Encrypt(block1);
            block2 = Encrypt(block2);
            block3 = Encrypt(block3);
            return;
        }

        ReadOnlySpan<byte> schedule = _schedule;
        var round = Vector128.Create(schedule);
        var a = block0 ^ round;
        var b = block1 ^ round;
        var c = block2 ^ round;
        var d = block3 ^ round;
        var offset = Size;
        for (; offset < schedule.Length - Size; offset += Size)
        {
            round = Vector128.Create(schedule[offset..]);
            a = X86Aes.Encrypt(a, round);
            b = X86Aes.Encrypt(b, round);
            c = X86Aes.Encrypt(c, round);
            d = X86Aes.Encrypt(d, round);
        }

        round = Vector128.Create(schedule[offset..]);
        block0 = X86Aes.EncryptLast(a, round);
        block1 = X86Aes.EncryptLast(b, round);
        block2 = X86Aes.EncryptLast(c, round);
        block3 = X86Aes.EncryptLast(d, round);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_schedule);
        _platform?.Dispose();
    }

    private static Vector128<byte> EncryptX86(Vector128<byte> block, ReadOnlySpan<byte> schedule)
    {
        var state = block ^ Vector128.Create(schedule);
        var offset = Size;
        for (; offset < schedule.Length - Size; offset += Size)
        {
            state = X86Aes.Encrypt(state, Vector128.Create(schedule[offset..]));
        }

        return X86Aes.EncryptLast(state, Vector128.Create(schedule[offset..]));
    }

    private static Vector128<byte> EncryptArm(Vector128<byte> block, ReadOnlySpan<byte> schedule)
    {
        var state = block;
        var offset = 0;
        for (; offset < schedule.Length - (2 * Size); offset += Size)
        {
            state = ArmAes.MixColumns(ArmAes.Encrypt(state, Vector128.Create(schedule[offset..])));
        }

        return ArmAes.Encrypt(state, Vector128.Create(schedule[offset..]))
            ^ Vector128.Create(schedule[(offset + Size)..]);
    }

    // FIPS 197, 5.2. Words are read little-endian, so RotWord is a rotation to the right.
    private static void Expand(ReadOnlySpan<byte> key, Span<byte> schedule)
    {
        key.CopyTo(schedule);
        var keyWords = key.Length / 4;
        uint roundConstant = 1;
        for (var word = keyWords; word < schedule.Length / 4; word++)
        {
            var previous = BinaryPrimitives.ReadUInt32LittleEndian(schedule[((word - 1) * 4)..]);
            if (word % keyWords == 0)
            {
                previous = SubWord(BitOperations.RotateRight(previous, 8)) ^ roundConstant;
                roundConstant = (roundConstant << 1) ^ ((roundConstant >> 7) * 0x11b);
            }
            else if (keyWords > 6 && word % keyWords == 4)
            {
                previous = SubWord(previous);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(
                schedule[(word * 4)..],
                previous ^ BinaryPrimitives.ReadUInt32LittleEndian(schedule[((word - keyWords) * 4)..])
            );
        }
    }

    // The last round without a key is ShiftRows and SubBytes; with four equal columns, ShiftRows changes nothing.
    private static uint SubWord(uint word)
    {
        var columns = Vector128.Create(word).AsByte();
        var substituted = X86Aes.IsSupported
            ? X86Aes.EncryptLast(columns, Vector128<byte>.Zero)
            : ArmAes.Encrypt(columns, Vector128<byte>.Zero);
        return substituted.AsUInt32().ToScalar();
    }

    private Vector128<byte> EncryptByPlatform(Vector128<byte> block)
    {
        Span<byte> bytes = stackalloc byte[Size];
        block.CopyTo(bytes);
        lock (_platform!)
        {
            _ = _platform.EncryptEcb(bytes, bytes, PaddingMode.None);
        }

        return Vector128.Create(bytes);
    }
}
