using System.Buffers;
using System.Text;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>Text in its folded form (see <see cref="Folding"/>), with the bytes that each folded character stands for. Reused; not for concurrent use.</summary>
internal sealed class FoldedText
{
    private const int MostKept = 64 * 1024;

    private char[] _chars = [];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>How many folded characters there are.</summary>
    public int Length { get; private set; }

    /// <summary>The folded characters.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>The byte at which a folded character's own begins.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>The byte at which the next character begins: what cannot be seen belongs to the one before it.</summary>
    /// <param name="index">The folded character.</param>
    /// <param name="length">Length of the text in bytes.</param>
    public int EndOf(int index, int length)
    {
        var next = index + 1;
        while (next < Length && _starts[next] == _starts[index])
        {
            next++;
        }

        return next < Length ? _starts[next] : length;
    }

    /// <summary>Whether something that cannot be seen stands before a character: it may join, and it may part.</summary>
    public bool HasGapBefore(int index) => index > 0 && _starts[index] > _ends[index - 1];

    /// <summary>Whether a word or number can begin at a character: the one before is of another kind (letters, digits).</summary>
    public bool BeginsAt(int index) =>
        index == 0 || !AreJoined(_chars[index - 1], _chars[index]) || HasGapBefore(index);

    /// <summary>Whether a word or number can end before a character, or at the text's end.</summary>
    public bool EndsAt(int index) => index == Length || BeginsAt(index);

    /// <summary>Whether a character is not followed or preceded by a letter or digit: the border of a code that mixes both.</summary>
    public bool IsBorder(int index) =>
        index == 0
        || index == Length
        || !Folding.IsWord(_chars[index - 1])
        || !Folding.IsWord(_chars[index])
        || HasGapBefore(index);

    /// <summary>Whether a digit begins a group of digits.</summary>
    public bool IsGroupStart(int index) =>
        char.IsAsciiDigit(_chars[index])
        && (index == 0 || !char.IsAsciiDigit(_chars[index - 1]) || HasGapBefore(index));

    /// <summary>Reads text.</summary>
    /// <returns><see langword="false"/> where it is not UTF-8.</returns>
    public bool TryRead(ReadOnlySpan<byte> text)
    {
        Clear();
        var room = checked(text.Length + Folding.MaxLength);
        if (_chars.Length < room)
        {
            var length = Math.Max(256, room);
            _chars = new char[length];
            _starts = new int[length];
            _ends = new int[length];
        }

        var at = 0;
        Span<char> folded = stackalloc char[Folding.MaxLength];
        while (at < text.Length)
        {
            var character = text[at];
            if (character is (>= 0x20 and < 0x7F) or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                Add(Folding.FoldAscii((char)character), at, at + 1);
                at++;
                continue;
            }

            if (Rune.DecodeFromUtf8(text[at..], out var rune, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            var count = Folding.Fold(rune, folded);
            foreach (var one in folded[..count])
            {
                Add(one, at, at + consumed);
            }

            at += consumed;
        }

        return true;
    }

    /// <summary>Forgets the text.</summary>
    public void Clear()
    {
        _chars.AsSpan(0, Length).Clear();
        Length = 0;
        if (_chars.Length > MostKept)
        {
            _chars = [];
            _starts = [];
            _ends = [];
        }
    }

    private static bool AreJoined(char left, char right) =>
        char.IsAsciiDigit(left)
            ? char.IsAsciiDigit(right)
            : Folding.IsWord(left) && Folding.IsWord(right) && !char.IsAsciiDigit(right);

    private void Add(char character, int start, int end)
    {
        _chars[Length] = character;
        _starts[Length] = start;
        _ends[Length] = end;
        Length++;
    }
}
