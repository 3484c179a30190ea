using System.Globalization;
using System.Text;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>
/// One plain form for the many ways to write a character: lower case without accents; digits, spaces, dashes and full-width forms as in
/// ASCII; nothing at all for what cannot be seen. Only for finding: what is not replaced stays as it was written.
/// </summary>
internal static class Folding
{
    /// <summary>Most characters that one becomes.</summary>
    public const int MaxLength = 3;

    // Stands for symbols beyond the basic plane, such as emoji: no letter, no separator.
    private const char Symbol = '\u25A1';

    private static readonly (int First, string[] Forms)[] Ligatures =
    [
        (0xFB00, ["ff", "fi", "fl", "ffi", "ffl", "st", "st"]),
    ];

    /// <summary>Folds a character that is not ASCII; gives how many it became.</summary>
    public static int Fold(Rune rune, Span<char> folded)
    {
        var value = rune.Value;
        if (value is >= 0xFF01 and <= 0xFF5E)
        {
            folded[0] = FoldAscii((char)(value - 0xFEE0));
            return 1;
        }

        var category = Rune.GetUnicodeCategory(rune);
        switch (category)
        {
            case UnicodeCategory.NonSpacingMark:
            case UnicodeCategory.SpacingCombiningMark:
            case UnicodeCategory.EnclosingMark:
            case UnicodeCategory.Format:
            case UnicodeCategory.Control when value != 0x85:
                return 0;
            case UnicodeCategory.Control:
            case UnicodeCategory.LineSeparator:
            case UnicodeCategory.ParagraphSeparator:
                return One('\n', folded);
            case UnicodeCategory.SpaceSeparator:
                return One(' ', folded);
            case UnicodeCategory.DashPunctuation:
                return One('-', folded);
            case UnicodeCategory.DecimalDigitNumber:
            case UnicodeCategory.OtherNumber:
                var digit = Rune.GetNumericValue(rune);
                return digit is >= 0 and <= 9 && double.IsInteger(digit)
                    ? One((char)('0' + (int)digit), folded)
                    : One(Symbol, folded);
            default:
                return FoldOther(rune, folded);
        }
    }

    /// <summary>Folds an ASCII character other than a control character.</summary>
    public static char FoldAscii(char character) =>
        character switch
        {
            >= 'A' and <= 'Z' => (char)(character | 0x20),
            '\t' => ' ',
            '\r' => '\n',
            _ => character,
        };

    /// <summary>Whether a folded character is part of a word: a letter of any script, or a digit.</summary>
    public static bool IsWord(char folded) => char.IsLetterOrDigit(folded) || char.IsSurrogate(folded);

    /// <summary>Whether a character belongs to a script that is written without spaces between words, or with endings joined to names.</summary>
    public static bool IsSpaceless(char folded) =>
        folded
            is (>= '\u0E00' and <= '\u0EFF')
                or (>= '\u1000' and <= '\u11FF')
                or (>= '\u1780' and <= '\u17FF')
                or (>= '\u2E80' and <= '\uDFFF');

    private static int FoldOther(Rune rune, Span<char> folded)
    {
        switch (rune.Value)
        {
            case 0x115F or 0x1160 or 0x3164 or 0xFFA0:
                // Fillers: letters that cannot be seen.
                return 0;
            case 0x2800:
                return One(' ', folded);
            case 0x2212 or 0x2043 or 0x02D7:
                return One('-', folded);
            case 0x2024 or 0x3002 or 0xFF61 or 0xFE52 or 0x00B7:
                return One('.', folded);
            case 0x2044 or 0x2215:
                return One('/', folded);
            case 0x2018 or 0x2019 or 0x02BC or 0x02B9:
                return One('\'', folded);
            case 0xFE6B:
                return One('@', folded);
            case 0xFE62:
                return One('+', folded);
            case >= 0x1D400 and <= 0x1D6A3:
                // Mathematical letters: alphabets of capitals and small letters in turn.
                return One((char)('a' + ((rune.Value - 0x1D400) % 26)), folded);
            case >= 0xFB00 and <= 0xFB06:
                return Many(Ligatures[0].Forms[rune.Value - 0xFB00], folded);
            default:
                break;
        }

        var lower = Rune.ToLowerInvariant(new Rune(Nfc.Base(rune.Value)));
        switch (lower.Value)
        {
            case 'ß' or 'ẞ':
                return Many("ss", folded);
            case 'æ':
                return Many("ae", folded);
            case 'œ':
                return Many("oe", folded);
            case 'þ':
                return Many("th", folded);
            case 'ø':
                return One('o', folded);
            case 'đ' or 'ð':
                return One('d', folded);
            case 'ħ':
                return One('h', folded);
            case 'ł':
                return One('l', folded);
            case 'ı':
                return One('i', folded);
            case 'ς':
                return One('σ', folded);
            default:
                return lower.IsBmp || Rune.IsLetter(lower) ? lower.EncodeToUtf16(folded) : One(Symbol, folded);
        }
    }

    private static int One(char character, Span<char> folded)
    {
        folded[0] = character;
        return 1;
    }

    private static int Many(string characters, Span<char> folded)
    {
        characters.CopyTo(folded);
        return characters.Length;
    }
}
