using System.Buffers;
using System.Diagnostics;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Methods.Scrubbing;
using Governance.Tests.Support;
using PhoneNumbers;

namespace Governance.Tests.Methods.Scrubbing;

public sealed class ScrubMethodTests : IDisposable
{
    private static readonly PhoneNumberUtil Phones = PhoneNumberUtil.GetInstance();

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();

    [Theory]
    [InlineData("Mail ada.lovelace+bills@example.org, please.", "Mail [EMAIL], please.")]
    [InlineData("ADA@EXAMPLE.ORG", "[EMAIL]")]
    [InlineData("<mailto:o'neil@sub.example.co.uk>.", "<mailto:[EMAIL]>.")]
    [InlineData("\"ada lovelace\"@example.org", "[EMAIL]")]
    [InlineData("ada@[192.0.2.1]", "[EMAIL]")]
    [InlineData("zoë@bücher.example and 李@例子.公司", "[EMAIL] and [EMAIL]")]
    [InlineData("ada＠example．org", "[EMAIL]")]
    [InlineData("a\u200Bda@exam\u00ADple.org", "[EMAIL]")]
    [InlineData("meet @ noon, @ada, a @ b", "meet @ noon, @ada, a @ b")]
    [InlineData("Call 07700 900123 now", "Call [PHONE] now")]
    [InlineData("Call (020) 7946 0018 now", "Call [PHONE] now")]
    [InlineData("Call 020-7946-0018 ext. 12!", "Call [PHONE]!")]
    [InlineData("+44 (0)7700 900123, 2 times", "[PHONE], 2 times")]
    [InlineData("+44 7700 900123 2 times", "[PHONE] 2 times")]
    [InlineData("0044 7700 900123", "[PHONE]")]
    [InlineData("44 7700 900123", "[PHONE]")]
    [InlineData("7700900123", "[PHONE]")]
    [InlineData("0800 001 066", "[PHONE]")]
    [InlineData("+33 1 42 68 53 00", "[PHONE]")]
    [InlineData("+1 (650) 253-0000", "[PHONE]")]
    [InlineData("Tel07700900123x", "Tel[PHONE]x")]
    [InlineData("０７７００ ９００１２３", "[PHONE]")]
    [InlineData("07700\u00A0900\u2011123", "[PHONE]")]
    [InlineData("077\u200B00 9001\uFEFF23", "[PHONE]")]
    [InlineData("٠٧٧٠٠ ٩٠٠١٢٣", "[PHONE]")]
    [InlineData("I live in SW1A 1AA.", "I live in [POSTCODE].")]
    [InlineData("sw1a1aa", "[POSTCODE]")]
    [InlineData("(M1\u00A01AE)", "([POSTCODE])")]
    [InlineData("ＥＣ１Ａ １ＢＢ", "[POSTCODE]")]
    [InlineData("Card 4111 1111 1111 1111 exp 12/27", "Card [CARD] exp 12/27")]
    [InlineData("4111-1111-1111-1111", "[CARD]")]
    [InlineData("4111\u200B1111\u200B1111\u200B1111", "[CARD]")]
    [InlineData(
        "４\u200D０\u200D２\u200D４\u200D０\u200D２\u200D２\u200D７\u200D３\u200D６\u200D２\u200D２\u200D１\u200D５\u200D２\u200D２",
        "[CARD]"
    )]
    [InlineData("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[CARD]")]
    [InlineData("3782 822463 10005", "[CARD]")]
    [InlineData("4111 1111 1111 1112", "4111 1111 1111 1112")]
    [InlineData("IBAN: gb29 nwbk 6016 1331 9268 19.", "IBAN: [IBAN].")]
    [InlineData("IBANGB29NWBK60161331926819", "IBAN[IBAN]")]
    [InlineData("NHS 943 476 5919", "NHS [NHS_NUMBER]")]
    [InlineData("943-476-5919", "[NHS_NUMBER]")]
    [InlineData("943 476 5918", "943 476 5918")]
    [InlineData("NI AB 12 34 56 C, thanks", "NI [NI_NUMBER], thanks")]
    [InlineData("ab123456c", "[NI_NUMBER]")]
    [InlineData("AB123456 c/o", "[NI_NUMBER]/o")]
    [InlineData("QQ 12 34 56 C", "QQ 12 34 56 C")]
    [InlineData("AB 12-34-56", "[NI_NUMBER]")]
    [InlineData("BG123456A", "BG123456A")]
    [InlineData("Meter 10 2901 8361 541 reads 4711", "Meter [MPAN] reads 4711")]
    [InlineData("01 801 100 10 2901 8361 541", "[MPAN]")]
    public void Mask_TextThatHoldsSomething_MarksIt(string text, string expected)
    {
        Maskers.Compile("scrub", _keys).Mask(text).Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("The meter read 48211 on 2024-02-29 at 10:15, and 48377 a week later; I was charged £1,204.50.")]
    [InlineData("From 29/02/2024 100 units, from 01-03-2024 1200 units, from 2024-01-02 10 11.")]
    [InlineData("Ratio 0.1234567890, pi 3.14159265358979.")]
    [InlineData("At 10 Downing Street in London there were 12 people in 2019. 5 of them left at 6pm.")]
    [InlineData("Ticket 550e8400-e29b-41d4-a716-446655440000; version 10.0.15; IP 192.0.2.1.")]
    [InlineData("Read on 2024-02 a second time, at 201234 units; on 2024-02-29 b.")]
    [InlineData("naïve café, 東京, Ünïcödé, 👩‍💻 and a\u0301")]
    [InlineData("[EMAIL] is what stands there; [NAME] too.")]
    public void Mask_TextThatHoldsNothing_LeavesEveryByte(string text)
    {
        Maskers.Compile("scrub", _keys).Mask(text).Should().Be(text);
    }

    [Fact]
    public void Mask_PublishedExamples_AllGo()
    {
        var masker = Maskers.Compile("scrub", _keys);
        foreach (var iban in Published.Ibans)
        {
            masker.Mask($"Pay {iban} today").Should().Be("Pay [IBAN] today");
            var compact = iban.Replace(" ", "", StringComparison.Ordinal);
            masker.Mask($"Pay {compact.ToLowerInvariant()}, today").Should().Be("Pay [IBAN], today");
        }

        foreach (var card in Published.Cards)
        {
            masker.Mask($"Card {card}.").Should().Be("Card [CARD].");
            var groups = string.Join(' ', card.Chunk(4).Select(chars => new string(chars)));
            masker.Mask($"Card {groups}.").Should().Be("Card [CARD].");
        }

        foreach (var number in Published.NhsNumbers)
        {
            masker.Mask($"NHS {number[..3]} {number[3..6]} {number[6..]}.").Should().Be("NHS [NHS_NUMBER].");
        }

        foreach (var postcode in Published.Postcodes)
        {
            masker.Mask($"In {postcode}.").Should().Be("In [POSTCODE].");
            masker.Mask($"In {postcode.Replace(" ", "", StringComparison.Ordinal)}.").Should().Be("In [POSTCODE].");
        }
    }

    // libphonenumber's own examples: of every region and kind, as it writes them itself.
    [Fact]
    public void Mask_PhonesOfEveryRegion_GoInInternationalForm()
    {
        var masker = Maskers.Compile("scrub", _keys);
        var count = 0;
        foreach (var (_, number) in Examples())
        {
            if (Phones.Format(number, PhoneNumberFormat.E164).Length < 8)
            {
                continue;
            }

            foreach (var format in new[] { PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL })
            {
                var written = Phones.Format(number, format);
                masker.Mask($"Call {written}, please").Should().Be("Call [PHONE], please", written);
                count++;
            }
        }

        count.Should().BeGreaterThan(1000);
    }

    [Fact]
    public void Mask_PhonesOfItsRegion_GoInNationalForm()
    {
        foreach (var (region, number) in Examples())
        {
            var written = Phones.Format(number, PhoneNumberFormat.NATIONAL);

            // Star codes, and letters, are no digits.
            if (
                written.Any(character => char.IsLetter(character) || character == '*')
                || written.Count(char.IsDigit) < 5
            )
            {
                continue;
            }

            var masked = Maskers.Compile($"scrub;region={region}", _keys).Mask($"Call {written}, please");
            masked.Any(char.IsAsciiDigit).Should().BeFalse($"{region} {written} {masked}");
        }
    }

    [Theory]
    [InlineData("Ada Lovelace rang; ada said Ms LOVELACE is ill.", "[NAME] rang; [NAME] said Ms [NAME] is ill.")]
    [InlineData("Lovelace, Ada", "[NAME], [NAME]")]
    [InlineData("ada_lovelace, Ada-Lovelace, adalovelace", "[NAME], [NAME], [NAME]")]
    [InlineData("Ada's. \"Ada\" (ada)", "[NAME]'s. \"[NAME]\" ([NAME])")]
    [InlineData("Ａｄａ, Áda, A\u200Bda, 𝐀𝐝𝐚, ada😀", "[NAME], [NAME], [NAME], [NAME], [NAME]😀")]
    [InlineData("Canada, adage, Adam", "Canada, adage, Adam")]
    public void Mask_NameOfTheRecord_GoesInEveryForm(string text, string expected)
    {
        Maskers.Compile("scrub", _keys).MaskBeside(text, ("user.name", "Ada Lovelace")).Should().Be(expected);
    }

    [Theory]
    [InlineData(
        "Zoë O'Brien-Müller",
        "zoe wrote; o’brien; OBRIEN; Muller - and - MÜLLER",
        "[NAME] wrote; [NAME]; [NAME] - and - [NAME]"
    )]
    [InlineData("Jo Li", "Jo asked Li; jo is no word, is li?", "[NAME] asked [NAME]; jo is no word, is li?")]
    [InlineData("Jan van Dyk", "The van of Jan van Dyk, of Van and Dyk", "The van of [NAME], of [NAME] and [NAME]")]
    [InlineData("李小龙", "我是李小龙来电", "我是[NAME]来电")]
    [InlineData("김철수", "김철수가 전화", "[NAME]가 전화")]
    [InlineData("Łukasz Strauß", "Lukasz STRAUSS, Łukasz Strauss", "[NAME], [NAME]")]
    [InlineData("A", "A cat, a dog", "A cat, a dog")]
    [InlineData("", "A cat", "A cat")]
    public void Mask_NamesOfAllKinds_GoByTheRules(string name, string text, string expected)
    {
        Maskers.Compile("scrub", _keys).MaskBeside(text, ("user.name.first", name)).Should().Be(expected);
    }

    [Theory]
    [InlineData(
        "user.unique_id",
        "C-0042",
        "c0042, C 0042, C-00421, xC-0042",
        "[IDENTIFIER], [IDENTIFIER], C-00421, xC-0042"
    )]
    [InlineData(
        "user.unique_id",
        "ACC-123456",
        "account 123456 or 12-34-56, not 1234567",
        "account [IDENTIFIER] or [IDENTIFIER], not 1234567"
    )]
    [InlineData("user.unique_id", "123456", "ref123456x 123 456", "ref[IDENTIFIER]x [IDENTIFIER]")]
    [InlineData("user.unique_id", "ab1", "ab1", "ab1")]
    [InlineData("user.contact.email", "ada@localhost", "ada@localhost; ADA @ localhost", "[EMAIL]; [EMAIL]")]
    [InlineData(
        "user.contact.phone_number",
        "+353 85 012 3456",
        "085 012 3456, 0 85 0123456, 850123456",
        "[PHONE], [PHONE], [PHONE]"
    )]
    [InlineData("user.contact.address.postal_code", "75008", "In 75008 Paris", "In [POSTCODE] Paris")]
    [InlineData("user.content", "some other text", "some other text", "[IDENTIFIER]")]
    public void Mask_IdentifierOfTheRecord_GoesHoweverGrouped(
        string category,
        string value,
        string text,
        string expected
    )
    {
        Maskers
            .Compile("scrub;find=email,name,identifier", _keys)
            .MaskBeside(text, (category, value))
            .Should()
            .Be(expected);
    }

    [Theory]
    [InlineData("find=email", "Ada, ada@x.org, 07700 900123", "Ada, [EMAIL], 07700 900123", false)]
    [InlineData("find=phone, name", "Ada, ada@x.org, 07700 900123", "[NAME], [NAME]@x.org, [PHONE]", true)]
    [InlineData("find=identifier", "Ada, C-0042", "Ada, [IDENTIFIER]", true)]
    [InlineData("region=FR", "01 42 68 53 00 mais 12 34", "[PHONE] mais 12 34", true)]
    public void Mask_WithParameters_FindsThatAlone(string parameters, string text, string expected, bool readsRecord)
    {
        var masker = Maskers.Compile($"scrub;{parameters}", _keys);
        masker.ReadsRecord.Should().Be(readsRecord);
        masker.MaskBeside(text, ("user.name", "Ada"), ("user.unique_id", "C-0042")).Should().Be(expected);
    }

    [Theory]
    [InlineData("find=", "find is a list of")]
    [InlineData("find=emial", "Did you mean")]
    [InlineData("find=email;region=UK", "such as GB")]
    [InlineData("region=gb", "such as GB")]
    [InlineData("regions=GB", "scrub has no parameter regions; it has: find, region.")]
    public void Validate_BadRule_SaysWhatToWrite(string parameters, string part)
    {
        var rule = Maskers.Rule($"scrub;{parameters}");
        MaskingMethods
            .Get(rule, Maskers.Column())
            .Validate(rule, Maskers.Column())
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain(part);
        var compile = () => Maskers.Compile($"scrub;{parameters}", _keys);
        compile.Should().Throw<MaskingRuleException>();
    }

    [Fact]
    public void Compile_OfOtherThanText_IsRefused()
    {
        var compile = () => Maskers.Compile("scrub", _keys, ScalarKind.Int64);
        compile.Should().Throw<MaskingRuleException>().WithMessage("value: scrub cannot mask*");
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0x41, 0xc3 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public void Mask_InvalidUtf8_GoesToQuarantine(byte[] text)
    {
        var mask = () => Maskers.Compile("scrub", _keys).Mask(text);
        mask.Should().Throw<UnmaskableValueException>().Which.Code.Should().Be("value_not_utf8");
        Maskers.Compile("scrub", _keys).Mask("after it, all is well").Should().Be("after it, all is well");
    }

    [Fact]
    public void Mask_Overlapping_BecomesOneMarkOfTheLongest()
    {
        var masker = Maskers.Compile("scrub", _keys);
        masker
            .MaskBeside("ada.lovelace@example.org", ("user.name", "Ada Lovelace"), ("user.unique_id", "example"))
            .Should()
            .Be("[EMAIL]");
        masker.MaskBeside("Email", ("user.name", "Email"), ("user.name", "Name")).Should().Be("[NAME]");
    }

    [Fact]
    public void Mask_GeneratedIdentifierInProse_NeverSurvives()
    {
        var masker = Maskers.Compile("scrub", _keys);
        Gen.Select(Prose.Text, Prose.Identifier, Prose.Text)
            .Sample(
                (before, identifier, after) =>
                {
                    var masked = masker.Mask($"{before} {Prose.Write(identifier)} {after}");
                    return masked.Contains($"[{identifier.Mark}]", StringComparison.Ordinal)
                        && !Prose.Holds(masked, identifier.Value);
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Mask_GeneratedNameOfTheRecordInProse_NeverSurvives()
    {
        var masker = Maskers.Compile("scrub", _keys);
        var name = Gen.String[Gen.Char["qxzjÉß"], 3, 9];
        Gen.Select(Prose.Text, name, name, Prose.Text, Gen.Int[0, 4])
            .Sample(
                (before, first, last, after, form) =>
                {
                    var written = form switch
                    {
                        0 => $"{first} {last}",
                        1 => $"{last}, {first}",
                        2 => $"{first.ToUpperInvariant()}-{last.ToLowerInvariant()}",
                        3 => $"{first}\n{last}",
                        _ => $"Dr {last}",
                    };
                    var masked = masker.MaskBeside($"{before} {written} {after}", ("user.name", $"{first} {last}"));
                    return !masked.Contains(first, StringComparison.OrdinalIgnoreCase)
                        && !masked.Contains(last, StringComparison.OrdinalIgnoreCase);
                },
                iter: 5000
            );
    }

    [Fact]
    public void Mask_AnyText_KeepsWhatWasNotFoundAndStaysUtf8()
    {
        var masker = Maskers.Compile("scrub", _keys);
        Gen.Select(Gen.String[0, 100], Gen.String[0, 20])
            .Sample(
                (text, name) =>
                {
                    // Lone surrogates become U+FFFD on the way to UTF-8; not the masker's doing.
                    var plain = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
                    var masked = masker.MaskBeside(plain, ("user.name", name), ("user.unique_id", name));
                    return Parts(masked).All(part => plain.Contains(part, StringComparison.Ordinal));
                },
                iter: 5000
            );

        static IEnumerable<string> Parts(string masked) =>
            ScrubMarks.All.Aggregate(
                (IEnumerable<string>)[masked],
                (parts, word) =>
                    parts.SelectMany(part => part.Split($"[{word.ToUpperInvariant()}]", StringSplitOptions.None))
            );
    }

    [Theory]
    [InlineData("@")]
    [InlineData("a@")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("+1 ")]
    [InlineData("0 0")]
    [InlineData("07700 900123 ")]
    [InlineData("4111 1111 ")]
    [InlineData("gb29 ")]
    [InlineData("ab1")]
    [InlineData("zz12 3456 ")]
    [InlineData("aa a")]
    [InlineData("\"")]
    [InlineData("\u200B")]
    [InlineData("e\u0301")]
    [InlineData("(((")]
    public void Mask_HostileText_TakesTimeInProportion(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        foreach (var rule in new[] { "scrub", "scrub;region=DE" })
        {
            var masker = Maskers.Compile(rule, _keys);
            var started = Stopwatch.GetTimestamp();
            _ = masker.MaskBeside(
                text,
                ("user.name", new string('a', 500) + "b"),
                ("user.name", "aa aa"),
                ("user.unique_id", new string('1', 40) + "2")
            );
            Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void Mask_TooManyKnownValuesOfTooLongAText_IsRefusedInTime()
    {
        var masker = Maskers.Compile("scrub", _keys);
        var text = string.Concat(Enumerable.Repeat("ax ", 100_000));
        var names = Enumerable.Range(0, 5000).Select(index => ("user.name", $"ax{index}zz"));
        var started = Stopwatch.GetTimestamp();
        var mask = () => masker.MaskBeside(text, names);
        mask.Should().Throw<UnmaskableValueException>().Which.Code.Should().Be("value_too_long");
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Mask_WarmBritishText_AllocatesNothing()
    {
        var masker = Maskers.Compile("scrub", _keys);
        var text = Encoding.UTF8.GetBytes(
            "I am Ada Lovelace of SW1A 1AA, call 07700 900123 or mail ada@example.org about 943 476 5919. Café."
        );
        var column = new ValueColumn();
        column.Add("Ada Lovelace"u8);
        KnownValue[] known = [new(column, 0, "user.name")];
        var masked = new ArrayBufferWriter<byte>(4096);
        for (var round = 0; round < 3; round++)
        {
            masker.Mask(text, new ValueContext(null, known), masked);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 50; round++)
        {
            masked.ResetWrittenCount();
            masker.Mask(text, new ValueContext(null, known), masked);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    public void Dispose() => _keys.Dispose();

    private static IEnumerable<(string Region, PhoneNumber Number)> Examples() =>
        from region in Phones.GetSupportedRegions().Order(StringComparer.Ordinal)
        from kind in Enum.GetValues<PhoneNumberType>()
        where kind is not PhoneNumberType.UNKNOWN
        let number = Phones.GetExampleNumberForType(region, kind)
        where number is not null
        select (region, number);
}
