using System.Buffers;
using Governance.Masking.Columns;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>Scrubs texts, one after another. Reused; not for concurrent use: <see cref="ScrubMethod"/> keeps one for each thread.</summary>
internal sealed class Scrubber
{
    private readonly FoldedText _text = new();
    private readonly Findings _found = new();
    private readonly KnownFinder _known = new();

    /// <summary>Writes a text with marks in place of what was found in it.</summary>
    /// <exception cref="UnmaskableValueException">It is not UTF-8, or would take too long.</exception>
    public void Scrub(
        ReadOnlySpan<byte> plain,
        ReadOnlySpan<KnownValue> known,
        ScrubWork work,
        IBufferWriter<byte> scrubbed
    )
    {
        try
        {
            if (!_text.TryRead(plain))
            {
                throw new UnmaskableValueException(
                    "value_not_utf8",
                    "A text value is not UTF-8. Mend its producer, then replay."
                );
            }

            Find(plain, known, work);
            Write(plain, scrubbed);
        }
        finally
        {
            _text.Clear();
            _found.Clear();
        }
    }

    private void Find(ReadOnlySpan<byte> plain, ReadOnlySpan<KnownValue> known, ScrubWork work)
    {
        if (work.Finds(ScrubMark.Email))
        {
            EmailFinder.Find(_text, _found);
        }

        if (work.Finds(ScrubMark.Phone))
        {
            work.Phones.Find(_text, _found);
        }

        if (work.Finds(ScrubMark.Card) || work.Finds(ScrubMark.NhsNumber) || work.Finds(ScrubMark.Mpan))
        {
            NumberFinder.Find(
                _text,
                work.Finds(ScrubMark.Card),
                work.Finds(ScrubMark.NhsNumber),
                work.Finds(ScrubMark.Mpan),
                _found
            );
        }

        if (work.Finds(ScrubMark.Postcode) || work.Finds(ScrubMark.NiNumber))
        {
            CodeFinder.Find(_text, work.Finds(ScrubMark.Postcode), work.Finds(ScrubMark.NiNumber), _found);
        }

        if (work.Finds(ScrubMark.Iban))
        {
            IbanFinder.Find(_text, _found);
        }

        if (!known.IsEmpty)
        {
            _known.Find(_text, plain, known, work.Finds(ScrubMark.Name), work.Finds(ScrubMark.Identifier), _found);
        }
    }

    private void Write(ReadOnlySpan<byte> plain, IBufferWriter<byte> scrubbed)
    {
        var written = 0;
        foreach (var find in _found.Merge())
        {
            var start = _text.StartOf(find.Start);
            if (start > written)
            {
                scrubbed.Write(plain[written..start]);
            }

            scrubbed.Write(ScrubMarks.Text(find.Mark));
            written = _text.EndOf(find.End - 1, plain.Length);
        }

        scrubbed.Write(plain[written..]);
    }
}

/// <summary>What to look for.</summary>
/// <param name="marks">The kinds.</param>
/// <param name="region">The region of national phone numbers.</param>
internal sealed class ScrubWork(IEnumerable<ScrubMark> marks, string region)
{
    private readonly int _marks = marks.Aggregate(0, (all, mark) => all | (1 << (int)mark));

    /// <summary>Finds phone numbers.</summary>
    public PhoneFinder Phones { get; } = new(region);

    /// <summary>Whether this kind is looked for.</summary>
    public bool Finds(ScrubMark mark) => (_marks & (1 << (int)mark)) != 0;
}
