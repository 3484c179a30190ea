using System.Buffers;
using System.Text;
using Governance.Masking.Columns;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>
/// Finds what the same record says of a person elsewhere: names, whole and in parts, and identifiers. Compared are letters and digits alone,
/// so that case, accents, punctuation and grouping do not matter, and only at borders of words and numbers. Reused; not for concurrent use.
/// </summary>
/// <remarks>
/// A name's part of one letter is not looked for; one of two letters, or one that is mostly another word (<c>van</c>, <c>bin</c>), only where the
/// text writes it with a capital. An identifier of fewer than four letters and digits is not looked for: every text would be full of it.
/// </remarks>
internal sealed class KnownFinder
{
    private const int ShortestIdentifier = 4;
    private const int ShortestPart = 3;
    private const int ShortestNumber = 6;
    private const int PhoneDigits = 9;
    private const int MostGap = 3;

    // As many characters as tell one value from another; what a text has of a longer one goes with them.
    private const int Telling = 64;

    // Comparisons of characters for one text: far more than an honest record ever takes, and still done in a second.
    private const long MostSteps = 20_000_000;

    private static readonly string[] Particles =
    [
        "and",
        "bin",
        "bint",
        "da",
        "dal",
        "de",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "dos",
        "dr",
        "du",
        "el",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "miss",
        "mr",
        "mrs",
        "ms",
        "mx",
        "prof",
        "sir",
        "the",
        "van",
        "von",
        "y",
        "zu",
    ];

    // Each splits finer: a name of several words, a double name, O'Brien.
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \n,;/()");
    private static readonly SearchValues<char> Hyphens = SearchValues.Create(" \n,;/()-_.");
    private static readonly SearchValues<char> Apostrophes = SearchValues.Create(" \n,;/()-_.'\"`");
    private static readonly SearchValues<char> Groups = SearchValues.Create(" -./_:");

    private readonly FoldedText _value = new();
    private readonly List<Pattern> _patterns = [];
    private char[] _chars = [];
    private int _used;
    private long _steps;

    /// <summary>Finds all values of a record.</summary>
    /// <exception cref="UnmaskableValueException">Text and record are so large together that this would take too long.</exception>
    public void Find(
        FoldedText text,
        ReadOnlySpan<byte> plain,
        ReadOnlySpan<KnownValue> known,
        bool names,
        bool identifiers,
        Findings found
    )
    {
        _steps = 0;
        try
        {
            foreach (var value in known)
            {
                Prepare(value, names, identifiers);
            }

            foreach (var pattern in _patterns)
            {
                Find(text, plain, pattern, found);
            }
        }
        finally
        {
            Clear();
        }
    }

    private void Clear()
    {
        _chars.AsSpan(0, _used).Clear();
        _used = 0;
        _patterns.Clear();
        _value.Clear();
    }

    private void Prepare(in KnownValue value, bool names, bool identifiers)
    {
        var isName = IsBelow(value.Category, "user.name");
        if (!(isName ? names : identifiers) || !_value.TryRead(value.Text))
        {
            return;
        }

        if (isName)
        {
            PrepareName();
        }
        else
        {
            PrepareIdentifier(MarkOf(value.Category));
        }
    }

    private void PrepareName()
    {
        var chars = _value.Chars;
        AddName(chars);
        foreach (var word in chars.SplitAny(Spaces))
        {
            AddName(chars[word]);
        }

        foreach (var part in chars.SplitAny(Hyphens))
        {
            AddName(chars[part]);
        }

        foreach (var part in chars.SplitAny(Apostrophes))
        {
            AddName(chars[part]);
        }
    }

    private void AddName(ReadOnlySpan<char> written)
    {
        var (start, length) = Append(written, digitsAlone: false);
        var name = _chars.AsSpan(start, length);
        if (length < 2)
        {
            return;
        }

        var isWeak = !Folding.IsSpaceless(name[0]) && (length < ShortestPart || IsParticle(name));
        Add(new Pattern(start, length, ScrubMark.Name, isWeak ? Kind.Capitalised : Kind.Whole));
    }

    private void PrepareIdentifier(ScrubMark mark)
    {
        var (start, length) = Append(_value.Chars, digitsAlone: false);
        if (length < ShortestIdentifier)
        {
            return;
        }

        Add(new Pattern(start, length, mark, Kind.Whole));
        var (digits, count) = Append(_value.Chars, digitsAlone: true);
        if (count >= ShortestNumber && count < length)
        {
            Add(new Pattern(digits, count, mark, Kind.Whole));
        }

        if (mark == ScrubMark.Phone && count > PhoneDigits)
        {
            Add(new Pattern(digits + count - PhoneDigits, PhoneDigits, mark, Kind.Ending));
        }

        // A number inside a reference: 00123456 of ACC-00123456-B.
        foreach (var range in _value.Chars.SplitAny(Groups))
        {
            var part = _value.Chars[range].Trim("abcdefghijklmnopqrstuvwxyz");
            if (
                part.Length >= ShortestNumber
                && part.Length < Math.Min(count, length)
                && !part.ContainsAnyExceptInRange('0', '9')
            )
            {
                var (at, partLength) = Append(part, digitsAlone: true);
                Add(new Pattern(at, partLength, mark, Kind.Whole));
            }
        }
    }

    private void Add(Pattern pattern)
    {
        var chars = _chars.AsSpan(pattern.Start, pattern.Length);
        Spend(_patterns.Count / 4);
        foreach (var other in _patterns)
        {
            if (
                other.Mark == pattern.Mark
                && other.Kind == pattern.Kind
                && chars.SequenceEqual(_chars.AsSpan(other.Start, other.Length))
            )
            {
                return;
            }
        }

        _patterns.Add(pattern);
    }

    // Letters and digits of a text, or its digits alone.
    private (int Start, int Length) Append(ReadOnlySpan<char> written, bool digitsAlone)
    {
        var start = _used;
        if (_chars.Length < _used + written.Length)
        {
            Array.Resize(ref _chars, Math.Max(256, 2 * (_used + written.Length)));
        }

        foreach (var character in written)
        {
            if (digitsAlone ? char.IsAsciiDigit(character) : Folding.IsWord(character))
            {
                _chars[_used++] = character;
            }
        }

        return (start, _used - start);
    }

    private void Find(FoldedText text, ReadOnlySpan<byte> plain, in Pattern pattern, Findings found)
    {
        var sought = _chars.AsSpan(pattern.Start, pattern.Length);
        var chars = text.Chars;
        var start = 0;
        Spend(chars.Length / 16);
        while (start < chars.Length)
        {
            var hop = chars[start..].IndexOf(sought[0]);
            if (hop < 0)
            {
                return;
            }

            start += hop;
            Spend(1);
            if (CanBegin(text, start, pattern.Kind) && End(text, start, sought) is var end and > 0)
            {
                if (pattern.Kind != Kind.Capitalised || IsCapital(plain[text.StartOf(start)..]))
                {
                    found.Add(pattern.Kind == Kind.Ending ? Lead(chars, start) : start, end, pattern.Mark);
                }

                start = end;
            }
            else
            {
                start++;
            }
        }
    }

    private static bool CanBegin(FoldedText text, int start, Kind kind) =>
        kind == Kind.Ending || text.BeginsAt(start) || Folding.IsSpaceless(text.Chars[start]);

    // Where the value ends in the text; -1 where it is another.
    private int End(FoldedText text, int start, ReadOnlySpan<char> sought)
    {
        var chars = text.Chars;
        var at = start;
        for (var index = 0; index < sought.Length; index++)
        {
            var from = at;
            while (at < chars.Length && at - from < MostGap && !Folding.IsWord(chars[at]))
            {
                at++;
            }

            Spend(1 + at - from);
            if (at == chars.Length || chars[at] != sought[index])
            {
                return index >= Telling ? from : -1;
            }

            at++;
        }

        return text.EndsAt(at) || Folding.IsSpaceless(sought[^1]) ? at : -1;
    }

    // The other digits of the same number, in front of the nine that were sought.
    private static int Lead(ReadOnlySpan<char> chars, int start)
    {
        var first = start;
        for (var at = start - 1; at >= 0 && start - at <= 12; at--)
        {
            if (char.IsAsciiDigit(chars[at]) || chars[at] == '+')
            {
                first = at;
            }
            else if (chars[at] is not (' ' or '-' or '.' or '(' or ')'))
            {
                break;
            }
        }

        return first;
    }

    private static bool IsCapital(ReadOnlySpan<byte> plain) =>
        Rune.DecodeFromUtf8(plain, out var rune, out _) == OperationStatus.Done && Rune.IsUpper(rune);

    private static bool IsParticle(ReadOnlySpan<char> name)
    {
        foreach (var particle in Particles)
        {
            if (name.SequenceEqual(particle))
            {
                return true;
            }
        }

        return false;
    }

    private static ScrubMark MarkOf(string category) =>
        IsBelow(category, "user.contact.email") ? ScrubMark.Email
        : IsBelow(category, "user.contact.phone_number") ? ScrubMark.Phone
        : IsBelow(category, "user.contact.address.postal_code") ? ScrubMark.Postcode
        : IsBelow(category, "user.financial.credit_card") ? ScrubMark.Card
        : ScrubMark.Identifier;

    private static bool IsBelow(string category, string key) =>
        category.StartsWith(key, StringComparison.Ordinal)
        && (category.Length == key.Length || category[key.Length] == '.');

    private void Spend(int steps)
    {
        _steps += steps;
        if (_steps > MostSteps)
        {
            throw new UnmaskableValueException(
                "value_too_long",
                "A text is too long to look for all names and identifiers of its record. Mask its column by seal or drop, then replay."
            );
        }
    }

    private enum Kind
    {
        Whole,
        Capitalised,
        Ending,
    }

    private readonly record struct Pattern(int Start, int Length, ScrubMark Mark, Kind Kind);
}
