using System.Buffers;
using System.Globalization;
using System.Text;

namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// Unicode normalization form C (UAX #15). The platform's own does nothing, and says nothing, where it runs without ICU: then
/// one person's name would have two forms. Unicode never changes the normal form of an assigned character, so the table here
/// and any newer one agree.
/// </summary>
internal static class Nfc
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    // Nothing below composes with anything, or is decomposed.
    private const char FirstAffected = '\u00C0';

    private const char FirstMark = '\u0300';

    private static readonly Lazy<Tables> Data = new(Load);

    /// <summary>Whether text is certainly in form C already.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text)
    {
        // Letters below U+0300 are composed, and nothing there combines.
        foreach (var character in text)
        {
            if (character >= FirstMark)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text in form C.</summary>
    public static string Normalize(ReadOnlySpan<char> text)
    {
        if (IsPlain(text))
        {
            return new string(text);
        }

        var tables = Data.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, runes, tables);
        }

        Order(runes, tables);
        Compose(runes, tables);
        var builder = new StringBuilder(text.Length);
        Span<char> chars = stackalloc char[2];
        foreach (var value in runes)
        {
            _ = builder.Append(chars[..new Rune(value).EncodeToUtf16(chars)]);
        }

        return builder.ToString();
    }

    /// <summary>The character without the marks that it is composed of: <c>e</c> of <c>é</c>. Itself where it is not composed.</summary>
    public static int Base(int rune)
    {
        if (rune < FirstAffected)
        {
            return rune;
        }

        while (Data.Value.Decompositions.TryGetValue(rune, out var parts))
        {
            rune = parts.First;
        }

        return rune;
    }

    private static void Decompose(int value, List<int> into, Tables tables)
    {
        if (value < FirstAffected)
        {
            into.Add(value);
        }
        else if (value - HangulBase is >= 0 and < SyllableCount)
        {
            var syllable = value - HangulBase;
            into.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            into.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount != 0)
            {
                into.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (tables.Decompositions.TryGetValue(value, out var parts))
        {
            Decompose(parts.First, into, tables);
            if (parts.Second != 0)
            {
                Decompose(parts.Second, into, tables);
            }
        }
        else
        {
            into.Add(value);
        }
    }

    // Stable sort of each run of combining marks by class.
    private static void Order(List<int> runes, Tables tables)
    {
        for (var index = 1; index < runes.Count; index++)
        {
            var rune = runes[index];
            var rank = tables.Class(rune);
            if (rank == 0)
            {
                continue;
            }

            var target = index;
            while (target > 0 && tables.Class(runes[target - 1]) > rank)
            {
                runes[target] = runes[target - 1];
                target--;
            }

            runes[target] = rune;
        }
    }

    private static void Compose(List<int> runes, Tables tables)
    {
        var starter = -1;
        var lastClass = -1;
        var length = 0;
        for (var index = 0; index < runes.Count; index++)
        {
            var rune = runes[index];
            var rank = tables.Class(rune);

            // A mark is blocked from its starter by a mark of the same or a higher class between them.
            if (
                starter >= 0
                && (lastClass < rank || lastClass == -1)
                && TryPair(runes[starter], rune, tables) is { } pair
            )
            {
                runes[starter] = pair;
                continue;
            }

            if (rank == 0)
            {
                starter = length;
                lastClass = -1;
            }
            else
            {
                lastClass = rank;
            }

            runes[length++] = rune;
        }

        runes.RemoveRange(length, runes.Count - length);
    }

    private static int? TryPair(int first, int second, Tables tables)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
        }

        if (
            first - HangulBase is >= 0 and < SyllableCount
            && (first - HangulBase) % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount
        )
        {
            return first + second - TrailBase;
        }

        return tables.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static Tables Load()
    {
        using var stream = typeof(Nfc).Assembly.GetManifestResourceStream("unicode-canonical.txt")!;
        using var reader = new StreamReader(stream);
        var tables = new Tables([], [], []);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            switch (parts[0])
            {
                case "c":
                    var rank = byte.Parse(parts[1], CultureInfo.InvariantCulture);
                    for (var code = Hex(parts[2]); code <= Hex(parts[3]); code++)
                    {
                        tables.Classes.Add(code, rank);
                    }

                    break;
                case "d" or "x":
                    var pair = (First: Hex(parts[2]), Second: parts.Length > 3 ? Hex(parts[3]) : 0);
                    tables.Decompositions.Add(Hex(parts[1]), pair);
                    if (parts[0] is "d")
                    {
                        tables.Compositions.Add(pair, Hex(parts[1]));
                    }

                    break;
                default:
                    break;
            }
        }

        return tables;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Tables(
        Dictionary<int, byte> Classes,
        Dictionary<int, (int First, int Second)> Decompositions,
        Dictionary<(int First, int Second), int> Compositions
    )
    {
        public int Class(int rune) => rune < FirstMark ? 0 : Classes.GetValueOrDefault(rune);
    }
}
