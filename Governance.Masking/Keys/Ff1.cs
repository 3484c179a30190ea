using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Governance.Masking.Keys;

/// <summary>
/// FF1, format-preserving encryption (NIST SP 800-38G, with the bounds of its revision 1): numerals of a radix become as many
/// numerals of the same radix. Equal values under equal tweaks give equal ciphertexts; nothing is authenticated. Safe for
/// concurrent callers; allocates nothing where half of a value is below 2^96 (28 decimal digits) and the processor has AES
/// instructions.
/// </summary>
/// <remarks>FF3 and FF3-1 are withdrawn by NIST, and not here.</remarks>
internal sealed class Ff1 : IDisposable
{
    /// <summary>The smallest domain: below, all values can be tried.</summary>
    public const int SmallestDomain = 1_000_000;

    /// <summary>Most numerals of a value.</summary>
    public const int MaxLength = 1024;

    private const int RoundCount = 10;

    // Below, what a round adds fits 128 bits: SP 800-38G's b and d.
    private const int MostShortBytes = 12;

    // SP 800-38G wants more than 2 numerals; the bound of the domain asks for more in every radix but the largest.
    private const int LeastLength = 2;

    private readonly AesBlock _block;
    private readonly int _radix;

    // The first block of the PRF's input, encrypted, by the value's length: it is the same for all values without a tweak.
    private readonly Vector128<byte>[] _starts;

    // radix^n, as far as half of a value may reach.
    private readonly UInt128[] _powers;
    private readonly int[] _byteCounts;

    /// <summary>Takes a key.</summary>
    /// <param name="key">An AES key of 16, 24 or 32 bytes; copied.</param>
    /// <param name="radix">From 2 to 256.</param>
    /// <param name="allowInstructions">Whether the processor's AES instructions may be used.</param>
    public Ff1(ReadOnlySpan<byte> key, int radix, bool allowInstructions = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(radix, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radix, 256);
        _block = new AesBlock(key, allowInstructions);
        _radix = radix;
        MinLength = Math.Max(LeastLength, LengthOf(SmallestDomain, radix));

        var powers = new List<UInt128> { UInt128.One };
        while (ByteCount(powers.Count) <= MostShortBytes)
        {
            powers.Add(powers[^1] * (uint)radix);
        }

        _powers = [.. powers];
        _byteCounts = [.. Enumerable.Range(0, _powers.Length).Select(ByteCount)];
        _starts = new Vector128<byte>[2 * _powers.Length];
        for (var length = MinLength; length < _starts.Length; length++)
        {
            _starts[length] = Start(length, tweakLength: 0);
        }
    }

    /// <summary>Fewest numerals of a value: radix^length is at least <see cref="SmallestDomain"/>.</summary>
    public int MinLength { get; }

    /// <summary>How many numerals there are.</summary>
    public int Radix => _radix;

    /// <summary>Encrypts in place.</summary>
    /// <param name="tweak">What the value is bound to; may be empty.</param>
    /// <param name="numerals">The value, most significant first; each below the radix.</param>
    /// <exception cref="ArgumentException">It has too few or too many numerals, or one that is none of the radix.</exception>
    public void Encrypt(ReadOnlySpan<byte> tweak, Span<byte> numerals) => Run(tweak, numerals, encrypt: true);

    /// <summary>Decrypts in place what <see cref="Encrypt"/> made under the same tweak. Nothing tells a false key.</summary>
    /// <param name="tweak">What the value is bound to.</param>
    /// <param name="numerals">The value, most significant first; each below the radix.</param>
    /// <exception cref="ArgumentException">It has too few or too many numerals, or one that is none of the radix.</exception>
    public void Decrypt(ReadOnlySpan<byte> tweak, Span<byte> numerals) => Run(tweak, numerals, encrypt: false);

    public void Dispose() => _block.Dispose();

    private static int LengthOf(int domain, int radix)
    {
        var length = 0;
        for (long size = 1; size < domain; size *= radix)
        {
            length++;
        }

        return length;
    }

    // SP 800-38G's b: bytes that hold any value of so many numerals.
    private int ByteCount(int length) =>
        ((int)(BigInteger.Pow(_radix, length) - BigInteger.One).GetBitLength() + 7) / 8;

    private void Run(ReadOnlySpan<byte> tweak, Span<byte> numerals, bool encrypt)
    {
        if (numerals.Length < MinLength || numerals.Length > MaxLength)
        {
            throw new ArgumentException(
                $"A value of radix {_radix} has from {MinLength} to {MaxLength} numerals.",
                nameof(numerals)
            );
        }

        if (numerals.ContainsAnyExceptInRange((byte)0, (byte)(_radix - 1)))
        {
            throw new ArgumentException($"A numeral is not below the radix, {_radix}.", nameof(numerals));
        }

        var longHalf = numerals.Length - (numerals.Length / 2);
        if (longHalf >= _powers.Length)
        {
            RunLong(tweak, numerals, encrypt);
        }
        else if (_powers[longHalf] <= uint.MaxValue)
        {
            RunWord(tweak, numerals, encrypt);
        }
        else
        {
            RunShort(tweak, numerals, encrypt);
        }
    }

    // The names of SP 800-38G, algorithms 7 and 8: u and v numerals are A and B, b bytes hold B, y is what a round adds.
    // Halves below 2^32: what a round adds has 64 bits.
    private void RunWord(ReadOnlySpan<byte> tweak, Span<byte> numerals, bool encrypt)
    {
        var u = numerals.Length / 2;
        var v = numerals.Length - u;
        var modulusU = (ulong)_powers[u];
        var modulusV = (ulong)_powers[v];
        var roundShift = 8 * _byteCounts[v];
        var state = Absorb(numerals.Length, tweak, _byteCounts[v]).AsUInt64();
        var left = ReadWord(numerals[..u]);
        var right = ReadWord(numerals[u..]);
        for (var step = 0; step < RoundCount; step++)
        {
            var round = encrypt ? step : RoundCount - 1 - step;
            var modulus = round % 2 == 0 ? modulusU : modulusV;
            var input = ((ulong)round << roundShift) | (encrypt ? right : left);
            var output = _block.Encrypt(
                (state ^ Vector128.Create(0, BinaryPrimitives.ReverseEndianness(input))).AsByte()
            );
            var y = BinaryPrimitives.ReverseEndianness(output.AsUInt64().ToScalar()) % modulus;
            if (encrypt)
            {
                var sum = left + y;
                (left, right) = (right, sum >= modulus ? sum - modulus : sum);
            }
            else
            {
                (left, right) = (right >= y ? right - y : right + modulus - y, left);
            }
        }

        Write(left, numerals[..u]);
        Write(right, numerals[u..]);
    }

    // Halves below 2^96: what a round adds has at most 128 bits.
    private void RunShort(ReadOnlySpan<byte> tweak, Span<byte> numerals, bool encrypt)
    {
        var u = numerals.Length / 2;
        var v = numerals.Length - u;
        var roundShift = 8 * _byteCounts[v];
        var outputShift = 8 * (AesBlock.Size - AddedBytes(_byteCounts[v]));
        var state = Absorb(numerals.Length, tweak, _byteCounts[v]);
        var left = Read(numerals[..u]);
        var right = Read(numerals[u..]);
        for (var step = 0; step < RoundCount; step++)
        {
            var round = encrypt ? step : RoundCount - 1 - step;
            var modulus = _powers[round % 2 == 0 ? u : v];
            var input = ((UInt128)(uint)round << roundShift) | (encrypt ? right : left);
            var output = _block.Encrypt(state ^ PaddedBlock.FromNumber(input));
            var y = (PaddedBlock.ToNumber(output) >> outputShift) % modulus;
            if (encrypt)
            {
                var sum = left + y;
                (left, right) = (right, sum >= modulus ? sum - modulus : sum);
            }
            else
            {
                (left, right) = (right >= y ? right - y : right + modulus - y, left);
            }
        }

        Write(left, numerals[..u]);
        Write(right, numerals[u..]);
    }

    // Any length, by the letter of SP 800-38G.
    private void RunLong(ReadOnlySpan<byte> tweak, Span<byte> numerals, bool encrypt)
    {
        var u = numerals.Length / 2;
        var v = numerals.Length - u;
        BigInteger[] moduli = [BigInteger.Pow(_radix, u), BigInteger.Pow(_radix, v)];
        var byteCount = ByteCount(v);
        var added = new byte[(AddedBytes(byteCount) + AesBlock.Size - 1) / AesBlock.Size * AesBlock.Size];
        var start = Start(numerals.Length, tweak.Length);
        var message = new byte[(tweak.Length + byteCount + AesBlock.Size) / AesBlock.Size * AesBlock.Size];
        tweak.CopyTo(message);
        var left = ReadLong(numerals[..u]);
        var right = ReadLong(numerals[u..]);
        for (var step = 0; step < RoundCount; step++)
        {
            var round = encrypt ? step : RoundCount - 1 - step;
            var modulus = moduli[round % 2];
            var half = message.AsSpan(message.Length - byteCount);
            message[^(byteCount + 1)] = (byte)round;
            half.Clear();
            var value = encrypt ? right : left;
            _ = value.TryWriteBytes(
                half[(byteCount - value.GetByteCount(isUnsigned: true))..],
                out _,
                isUnsigned: true,
                isBigEndian: true
            );

            var state = start;
            for (var offset = 0; offset < message.Length; offset += AesBlock.Size)
            {
                state = _block.Encrypt(state ^ Vector128.Create(message, offset));
            }

            state.CopyTo(added);
            for (var offset = AesBlock.Size; offset < added.Length; offset += AesBlock.Size)
            {
                var counter = PaddedBlock.FromNumber((UInt128)(uint)(offset / AesBlock.Size));
                _block.Encrypt(state ^ counter).CopyTo(added, offset);
            }

            var y = new BigInteger(added.AsSpan(0, AddedBytes(byteCount)), isUnsigned: true, isBigEndian: true);
            if (encrypt)
            {
                (left, right) = (right, (left + y) % modulus);
            }
            else
            {
                var difference = (right - y) % modulus;
                (left, right) = (difference.Sign < 0 ? difference + modulus : difference, left);
            }
        }

        WriteLong(left, numerals[..u]);
        WriteLong(right, numerals[u..]);
    }

    // SP 800-38G's d.
    private static int AddedBytes(int byteCount) => (4 * ((byteCount + 3) / 4)) + 4;

    // What is the same in all rounds: the PRF up to the block that ends in the round's number and half, and the tweak's end in it.
    private Vector128<byte> Absorb(int length, ReadOnlySpan<byte> tweak, int byteCount)
    {
        if (tweak.IsEmpty)
        {
            return _starts[length];
        }

        var state = Start(length, tweak.Length);
        var rest = (tweak.Length + byteCount) / AesBlock.Size;
        Span<byte> block = stackalloc byte[AesBlock.Size];
        for (; ; rest--)
        {
            var taken = Math.Min(tweak.Length, AesBlock.Size);
            block.Clear();
            tweak[..taken].CopyTo(block);
            tweak = tweak[taken..];
            state ^= Vector128.Create(block);
            if (rest == 0)
            {
                return state;
            }

            state = _block.Encrypt(state);
        }
    }

    private Vector128<byte> Start(int length, int tweakLength)
    {
        Span<byte> block = [1, 2, 1, 0, 0, 0, RoundCount, (byte)(length / 2), 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(block[4..], (ushort)_radix);
        BinaryPrimitives.WriteInt32BigEndian(block[8..], length);
        BinaryPrimitives.WriteInt32BigEndian(block[12..], tweakLength);
        return _block.Encrypt(Vector128.Create(block));
    }

    private ulong ReadWord(ReadOnlySpan<byte> numerals)
    {
        var value = 0ul;
        foreach (var numeral in numerals)
        {
            value = (value * (uint)_radix) + numeral;
        }

        return value;
    }

    private UInt128 Read(ReadOnlySpan<byte> numerals)
    {
        var value = UInt128.Zero;
        foreach (var numeral in numerals)
        {
            value = (value * (uint)_radix) + numeral;
        }

        return value;
    }

    private BigInteger ReadLong(ReadOnlySpan<byte> numerals)
    {
        var value = BigInteger.Zero;
        foreach (var numeral in numerals)
        {
            value = (value * _radix) + numeral;
        }

        return value;
    }

    private void Write(ulong value, Span<byte> numerals)
    {
        for (var index = numerals.Length - 1; index >= 0; index--)
        {
            (value, var numeral) = Math.DivRem(value, (uint)_radix);
            numerals[index] = (byte)numeral;
        }
    }

    private void Write(UInt128 value, Span<byte> numerals)
    {
        for (var index = numerals.Length - 1; index >= 0; index--)
        {
            (value, var numeral) = UInt128.DivRem(value, (uint)_radix);
            numerals[index] = (byte)numeral;
        }
    }

    private void WriteLong(BigInteger value, Span<byte> numerals)
    {
        for (var index = numerals.Length - 1; index >= 0; index--)
        {
            value = BigInteger.DivRem(value, _radix, out var numeral);
            numerals[index] = (byte)numeral;
        }
    }
}
