using System.Numerics;
using System.Text;
using CsCheck;

namespace Governance.Tests.Methods.Scrubbing;

/// <summary>Random prose, and random identifiers in the ways people write them.</summary>
internal static class Prose
{
    private static readonly string[] Words =
    [
        "the",
        "meter",
        "was",
        "read",
        "Tuesday",
        "bill",
        "£40",
        "at 6pm",
        "12",
        "units",
        "o'clock,",
        "naïve",
        "please",
        "-",
        "(see",
        "over)",
        "in May",
        "don't",
        "\n",
        "thanks!",
        "a",
        "I",
        "x",
        "3.5",
        "#7",
    ];

    /// <summary>A few words; none that could be part of a number at its ends.</summary>
    public static readonly Gen<string> Text = Gen.Int[0, Words.Length - 1]
        .Array[0, 12]
        .Select(words => $"Well, {string.Join(' ', words.Select(word => Words[word]))} so:");

    /// <summary>An identifier of any kind.</summary>
    public static readonly Gen<(string Mark, string Value, int Form)> Identifier = Gen.Select(
            Gen.Int[0, 7],
            Gen.Int[0, 9].Array[24],
            Gen.Int[0, 3],
            Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"], 3, 12]
        )
        .Select((kind, digits, form, word) => Make(kind, string.Concat(digits), word, form));

    /// <summary>The identifier as written: compact, in groups by spaces or dashes, in full-width digits, or with what cannot be seen in it.</summary>
    public static string Write((string Mark, string Value, int Form) identifier)
    {
        var (mark, value, form) = identifier;
        if (mark is "EMAIL")
        {
            return form is 1 ? value.ToUpperInvariant()
                : form is 2 ? value.Insert(2, "\u200B")
                : value;
        }

        var size =
            mark is "IBAN" or "CARD" ? 4
            : mark is "POSTCODE" ? value.Length - 3
            : 3;
        return form switch
        {
            0 => value,
            1 => string.Join(' ', value.Chunk(size).Select(chars => new string(chars))),
            2 => string.Join(mark is "POSTCODE" ? "" : "\u2011", value.Chunk(size).Select(chars => new string(chars))),
            _ => string.Concat(
                value.Select(character =>
                    char.IsAsciiLetterOrDigit(character) ? $"{(char)(character + 0xFEE0)}\u200D" : $"{character}"
                )
            ),
        };
    }

    /// <summary>Whether text still holds six characters of a value in a row, whatever stands between them.</summary>
    public static bool Holds(string text, string value)
    {
        var (compact, sought) = (Compact(text), Compact(value));
        return Enumerable
            .Range(0, Math.Max(1, sought.Length - 5))
            .Any(start =>
                compact.Contains(sought[start..Math.Min(start + 6, sought.Length)], StringComparison.Ordinal)
            );
    }

    private static string Compact(string text)
    {
        var builder = new StringBuilder();
        foreach (var character in text.Normalize(NormalizationForm.FormC))
        {
            var plain = character is >= '\uFF01' and <= '\uFF5E' ? (char)(character - 0xFEE0) : character;
            if (char.IsLetterOrDigit(plain) || plain == '@')
            {
                _ = builder.Append(char.ToLowerInvariant(plain));
            }
        }

        return builder.ToString();
    }

    private static (string Mark, string Value, int Form) Make(int kind, string digits, string word, int form) =>
        kind switch
        {
            0 => ("EMAIL", $"{word}@{word}.example", form),
            1 => ("PHONE", $"07{digits[..9]}", form),
            2 => ("PHONE", $"+49{Nonzero(digits[0])}{digits[1..10]}", form),
            3 => ("CARD", Luhn($"4{digits[..14]}"), form),
            4 => ("IBAN", Iban($"{digits[..18]}"), form),
            5 => ("NHS_NUMBER", Nhs(digits), form),
            6 => ("NI_NUMBER", $"AB{digits[..6]}C", form),
            _ => ("POSTCODE", $"SW{digits[0]}A{digits[1]}AA", form),
        };

    private static char Nonzero(char digit) => digit == '0' ? '1' : digit;

    private static string Luhn(string payload) =>
        Enumerable
            .Range(0, 10)
            .Select(check => $"{payload}{check}")
            .Single(card =>
                card.Reverse()
                    .Select(
                        (digit, index) =>
                            index % 2 == 0 ? digit - '0' : (2 * (digit - '0') / 10) + (2 * (digit - '0') % 10)
                    )
                    .Sum() % 10
                == 0
            );

    // DE: its check digits from the definition, over big numbers: D is 13, E is 14.
    private static string Iban(string account) =>
        $"DE{98 - (int)(BigInteger.Parse($"{account}131400") % 97):D2}{account}";

    private static string Nhs(string digits)
    {
        for (var first = 1; ; first++)
        {
            var payload = $"{first}{digits[..8]}";
            var check = 11 - (payload.Select((digit, index) => (digit - '0') * (10 - index)).Sum() % 11);
            if (check != 10)
            {
                return $"{payload}{check % 11}";
            }
        }
    }
}
