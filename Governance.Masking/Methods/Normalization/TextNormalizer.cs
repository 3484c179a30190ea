using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Governance.Masking.Methods.Normalization;

/// <summary>What all rules share: strict UTF-8, form C, trimmed. The rule itself comes after that.</summary>
internal abstract class TextNormalizer : INormalizer
{
    private const int MostAscii = 128;

    public abstract string Domain { get; }

    public virtual int Version => 1;

    public bool TryNormalize(
        ReadOnlySpan<byte> utf8,
        Span<byte> destination,
        out int written,
        out NormalizationFailure failure
    )
    {
        // ASCII is in form C, and most values are ASCII: the way by UTF-16 takes ten times as long.
        if (utf8.Length <= MostAscii && TryWriteAscii(utf8, destination, out written))
        {
            failure = NormalizationFailure.None;
            return true;
        }

        return TryNormalizeText(utf8, destination, out written, out failure);
    }

    /// <summary>The whole rule, by UTF-16.</summary>
    [SkipLocalsInit]
    internal bool TryNormalizeText(
        ReadOnlySpan<byte> utf8,
        Span<byte> destination,
        out int written,
        out NormalizationFailure failure
    )
    {
        written = 0;
        if (utf8.Length > Normalizers.MaxLength / 2)
        {
            // Also keeps a five megabyte message from being decoded to learn that it is no identifier.
            failure = NormalizationFailure.TooLong;
            return false;
        }

        char[]? rented = null;
        Span<char> text =
            utf8.Length <= 256 ? stackalloc char[256] : (rented = ArrayPool<char>.Shared.Rent(utf8.Length));
        try
        {
            if (Utf8.ToUtf16(utf8, text, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
            {
                failure = NormalizationFailure.InvalidUtf8;
                return false;
            }

            ReadOnlySpan<char> normal = text[..length];
            if (!Nfc.IsPlain(normal))
            {
                normal = Nfc.Normalize(normal);
            }

            failure = Write(normal.Trim(), destination, out written);
            return failure == NormalizationFailure.None;
        }
        finally
        {
            text.Clear();
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Applies the rule to a short value at once, where it is ASCII and nothing about it is special.</summary>
    /// <returns><see langword="false"/> where the value must go the long way, which then decides.</returns>
    protected abstract bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written);

    /// <summary>Applies the rule to text that is in form C and trimmed, perhaps empty.</summary>
    protected abstract NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written);

    /// <summary>Ends every rule: nothing left, or the text as UTF-8.</summary>
    protected static NormalizationFailure Encode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.IsEmpty)
        {
            return NormalizationFailure.Empty;
        }

        return Encoding.UTF8.TryGetBytes(text, destination, out written)
            ? NormalizationFailure.None
            : NormalizationFailure.TooLong;
    }

    /// <summary>Copies the characters that the rule keeps; gives how many.</summary>
    protected static int Keep(ReadOnlySpan<char> text, Span<char> destination, Func<char, bool> kept)
    {
        var length = 0;
        foreach (var character in text)
        {
            if (kept(character))
            {
                destination[length++] = character;
            }
        }

        return length;
    }
}
