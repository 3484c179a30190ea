using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// The rules for ASCII, byte by byte. Each gives up, by <see langword="false"/>, where a value is not ASCII, where nothing would be
/// left of it, or where there is no room.
/// </summary>
internal static class AsciiRules
{
    private const byte Dropped = 0;

    /// <summary>What each byte becomes where letters and digits are kept, upper case.</summary>
    public static byte[] UpperLettersAndDigits { get; } =
        Table(character => char.IsAsciiLetterOrDigit(character) ? (byte)char.ToUpperInvariant(character) : Dropped);

    /// <summary>What each byte becomes where digits are kept.</summary>
    public static byte[] Digits { get; } = Table(character => char.IsAsciiDigit(character) ? (byte)character : Dropped);

    /// <summary>Trims.</summary>
    public static bool TryTrim(ReadOnlySpan<byte> value, Span<byte> destination, out int written)
    {
        value = Trim(value);
        written = value.Length;
        return written > 0 && Ascii.IsValid(value) && value.TryCopyTo(destination);
    }

    /// <summary>Trims, and writes upper case.</summary>
    public static bool TryUpper(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        Ascii.ToUpper(Trim(value), destination, out written) == OperationStatus.Done && written > 0;

    /// <summary>Trims, and writes lower case.</summary>
    public static bool TryLower(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        Ascii.ToLower(Trim(value), destination, out written) == OperationStatus.Done && written > 0;

    /// <summary>Writes what each byte becomes, without those that are dropped.</summary>
    public static bool TryKeep(byte[] table, ReadOnlySpan<byte> value, Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.Length < value.Length)
        {
            return false;
        }

        // Without a branch for each byte: dropped ones are written too, and written over by the next.
        byte seen = 0;
        var length = 0;
        foreach (var character in value)
        {
            seen |= character;
            var kept = table[character];
            destination[length] = kept;
            length += kept == Dropped ? 0 : 1;
        }

        written = length;
        return length > 0 && seen < 0x80;
    }

    // What char.IsWhiteSpace says of ASCII.
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty && IsSpace(value[0]))
        {
            value = value[1..];
        }

        while (!value.IsEmpty && IsSpace(value[^1]))
        {
            value = value[..^1];
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSpace(byte character) => character is (byte)' ' or (>= 9 and <= 13);

    private static byte[] Table(Func<char, byte> becomes) =>
        [.. Enumerable.Range(0, 256).Select(value => value < 0x80 ? becomes((char)value) : Dropped)];
}
