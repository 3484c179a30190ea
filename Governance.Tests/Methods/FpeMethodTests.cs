using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Tests.Methods;

public sealed class FpeMethodTests : IDisposable
{
    private const string Card = "4000 1234-5678 9017";

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();

    [Theory]
    [InlineData("alphabet=greek")]
    [InlineData("alphabet=Digits")]
    [InlineData("check=mod97")]
    [InlineData("check=luhn;alphabet=alphanumeric")]
    [InlineData("keep=last;n=4")]
    [InlineData("keep=first")]
    [InlineData("keep=first;n=0")]
    [InlineData("keep=first;n=33")]
    [InlineData("n=4")]
    [InlineData("key=-1")]
    [InlineData("key=first")]
    [InlineData("Check=luhn")]
    public void Validate_BadRule_SaysSoAndDoesNotCompile(string parameters)
    {
        var column = Column("account_number");
        new FpeMethod().Validate(Rule(parameters), column).Should().NotBeEmpty();
        var compile = () => Compile(parameters);
        compile.Should().Throw<MaskingRuleException>();
    }

    [Theory]
    [InlineData(ScalarKind.Double, "")]
    [InlineData(ScalarKind.Date, "")]
    [InlineData(ScalarKind.Decimal, "")]
    [InlineData(ScalarKind.Int64, "alphabet=alphanumeric")]
    [InlineData(ScalarKind.Int64, "check=luhn")]
    [InlineData(ScalarKind.Int32, "keep=first;n=1")]
    public void Compile_TypeThatCannotHoldIt_NamesColumnAndAdvice(ScalarKind kind, string parameters)
    {
        var compile = () => Compile(parameters, kind);
        compile.Should().Throw<MaskingRuleException>().WithMessage("x: *");
    }

    [Fact]
    public void Compile_UnknownKey_SaysWhatToDo()
    {
        var compile = () => Compile($"key={_keys.PrimaryKeyId ^ 1}");
        compile.Should().Throw<MaskingRuleException>().WithMessage("x: *List its keys*");
    }

    [Theory]
    [InlineData("", "0123456789", 0)]
    [InlineData("alphabet=upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0)]
    [InlineData("alphabet=lower", "abcdefghijklmnopqrstuvwxyz", 0)]
    [InlineData("alphabet=letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 0)]
    [InlineData("alphabet=upper_alphanumeric", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0)]
    [InlineData("alphabet=alphanumeric;keep=first;n=3", "abcxyzABCXYZ0189", 3)]
    public void Mask_Text_KeepsItsFormAndIsTurnedBack(string parameters, string alphabet, int kept)
    {
        var masker = Compile(parameters);
        Gen.String[Gen.Char[alphabet + " -./"], 20, 100]
            .Where(value => value.Count(alphabet.Contains) >= 9)
            .Sample(value =>
            {
                var masked = Mask(masker, value);
                var keptEnd = IndexAfter(value, alphabet, kept);
                return masked.Length == value.Length
                    && !string.Equals(masked, value, StringComparison.Ordinal)
                    && string.Equals(masked[..keptEnd], value[..keptEnd], StringComparison.Ordinal)
                    && masked
                        .Zip(value)
                        .All(pair =>
                            char.IsAsciiLetterOrDigit(pair.Second)
                                ? char.IsAsciiLetterOrDigit(pair.First)
                                : pair.First == pair.Second
                        )
                    && string.Equals(Reveal(masker, masked), value, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Mask_CardWithCheckDigit_IsValidAgainAndKeepsItsIssuer()
    {
        var masker = Compile("check=luhn;keep=first;n=6");
        var masked = Mask(masker, Card);
        masked.Should().MatchRegex("^4000 12[0-9]{2}-[0-9]{4} [0-9]{4}$").And.NotBe(Card);
        IsLuhn(masked).Should().BeTrue();
        Reveal(masker, masked).Should().Be(Card);
        Gen.String[Gen.Char["0123456789"], 15, 18]
            .Sample(digits =>
            {
                var number = Enumerable
                    .Range(0, 10)
                    .Select(check => digits + check.ToString(CultureInfo.InvariantCulture))
                    .Single(IsLuhn);
                var other = Mask(masker, number);
                return IsLuhn(other) && string.Equals(Reveal(masker, other), number, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Mask_OtherKeptPart_MasksTheRestOtherwise()
    {
        var masker = Compile("keep=first;n=6");
        Mask(masker, "4000121234567890")[6..].Should().NotBe(Mask(masker, "4000131234567890")[6..]);
    }

    [Theory]
    [InlineData(ScalarKind.Int32)]
    [InlineData(ScalarKind.Int64)]
    public void Mask_WholeNumber_FitsItsTypeAndIsTurnedBack(ScalarKind kind)
    {
        var masker = Compile("", kind);
        masker.Output.Kind.Should().Be(kind);
        var number =
            kind == ScalarKind.Int32
                ? Gen.OneOf(
                        Gen.Int[1_000_000, int.MaxValue],
                        Gen.Int[int.MinValue, -1_000_000],
                        Gen.Const(int.MinValue)
                    )
                    .Select(value => (long)value)
                : Gen.OneOf(
                    Gen.Long[1_000_000, long.MaxValue],
                    Gen.Long[long.MinValue, -1_000_000],
                    Gen.Long[9_000_000_000_000_000_000, long.MaxValue],
                    Gen.Const(long.MinValue)
                );
        number.Sample(value =>
        {
            var text = value.ToString(CultureInfo.InvariantCulture);
            var masked = Mask(masker, text);
            var read = long.Parse(masked, CultureInfo.InvariantCulture);
            return masked.Length == text.Length
                && (kind == ScalarKind.Int64 || read is >= int.MinValue and <= int.MaxValue)
                && string.Equals(read.ToString(CultureInfo.InvariantCulture), masked, StringComparison.Ordinal)
                && string.Equals(Reveal(masker, masked), text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("", "12345", "fpe_domain_too_small")]
    [InlineData("", "", "fpe_domain_too_small")]
    [InlineData("", "1-2-3-4-5", "fpe_domain_too_small")]
    [InlineData("keep=first;n=6", "12345678901", "fpe_domain_too_small")]
    [InlineData("keep=first;n=6", "1234", "fpe_domain_too_small")]
    [InlineData("check=luhn", "123455", "fpe_domain_too_small")]
    [InlineData("alphabet=upper", "ABCD", "fpe_domain_too_small")]
    [InlineData("check=luhn", "4000123456789010", "fpe_check_digit")]
    [InlineData("", "John 1234567", "fpe_outside_alphabet")]
    [InlineData("alphabet=upper_alphanumeric", "c-0042-9999", "fpe_outside_alphabet")]
    [InlineData("", "1234567é", "fpe_outside_alphabet")]
    [InlineData("", "1234567\u0000", "fpe_outside_alphabet")]
    public void Mask_ValueWithoutTheForm_GoesToQuarantineWithoutTheValue(string parameters, string value, string code)
    {
        var masker = Compile(parameters);
        var mask = () => Mask(masker, value);
        var thrown = mask.Should().Throw<UnmaskableValueException>().Which;
        thrown.Code.Should().Be(code);
        thrown.Message.Should().Contain("then replay");
        Reveal(masker, value).Should().BeNull();
    }

    [Fact]
    public void Mask_TooLong_GoesToQuarantine()
    {
        var mask = () => Mask(Compile(""), new string('1', 257));
        mask.Should().Throw<UnmaskableValueException>().Which.Code.Should().Be("value_too_long");
        Mask(Compile(""), new string('1', 256)).Should().HaveLength(256);
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("someone")]
    [InlineData("0123456789")]
    [InlineData("99999999999")]
    [InlineData("1 234 567 890")]
    public void Mask_NoWholeNumberOfTheTypeOrTooSmall_GoesToQuarantine(string value)
    {
        var mask = () => Mask(Compile("", ScalarKind.Int32), value);
        mask.Should().Throw<UnmaskableValueException>();
    }

    [Fact]
    public void Mask_AfterRotation_StaysUnderTheOldestKeyUnlessTheRuleNamesAnother()
    {
        using var rotated = _keys.Rotated();
        var before = Compile("");
        var after = Compile("", keys: rotated);
        var named = Compile($"key={rotated.PrimaryKeyId}", keys: rotated);
        before.KeyId.Should().Be(_keys.PrimaryKeyId);
        after.KeyId.Should().Be(_keys.PrimaryKeyId);
        named.KeyId.Should().Be(rotated.PrimaryKeyId);
        Mask(after, Card).Should().Be(Mask(before, Card)).And.NotBe(Mask(named, Card));
    }

    [Fact]
    public void Mask_OtherDomain_Differs() =>
        Mask(Compile(""), Card).Should().NotBe(Mask(Compile("domain=card"), Card));

    [Fact]
    public void Mask_ManyValues_AreSpreadOverTheDomain()
    {
        var masker = Compile("");
        var masked = Enumerable
            .Range(0, 5000)
            .Select(number => Mask(masker, number.ToString("d8", CultureInfo.InvariantCulture)))
            .ToHashSet(StringComparer.Ordinal);
        masked.Should().HaveCount(5000, "a permutation");
        masked.Select(value => value[..2]).Distinct(StringComparer.Ordinal).Should().HaveCount(100);
    }

    [Theory]
    [InlineData("check=luhn;keep=first;n=6", ScalarKind.Text, Card)]
    [InlineData("", ScalarKind.Int64, "4000123456789010")]
    [InlineData("alphabet=alphanumeric", ScalarKind.Text, "GB29NWBK60161331926819")]
    public void Mask_Again_AllocatesNothing(string parameters, ScalarKind kind, string value)
    {
        var masker = Compile(parameters, kind);
        var plain = Encoding.UTF8.GetBytes(value);
        var masked = new ArrayBufferWriter<byte>(256);
        masker.Mask(plain, default, masked);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 50; round++)
        {
            masked.ResetWrittenCount();
            masker.Mask(plain, default, masked);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    public void Dispose() => _keys.Dispose();

    private static int IndexAfter(string value, string alphabet, int count)
    {
        var index = 0;
        for (; count > 0; index++)
        {
            count -= alphabet.Contains(value[index], StringComparison.Ordinal) ? 1 : 0;
        }

        return index;
    }

    // By the definition: from the right, every second digit twice, the sum of all digits of these divides by ten.
    private static bool IsLuhn(string text) =>
        text.Where(char.IsAsciiDigit)
            .Reverse()
            .Select((digit, index) => (digit - '0') * (1 + (index % 2)))
            .Sum(value => (value / 10) + (value % 10)) % 10
        == 0;

    private static string Mask(IReversibleMasker masker, string value)
    {
        var masked = new ArrayBufferWriter<byte>();
        masker.Mask(Encoding.UTF8.GetBytes(value), default, masked);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }

    private static string? Reveal(IReversibleMasker masker, string masked)
    {
        var plain = new ArrayBufferWriter<byte>();
        return masker.TryReveal(Encoding.UTF8.GetBytes(masked), default, plain)
            ? Encoding.UTF8.GetString(plain.WrittenSpan)
            : null;
    }

    private static MaskingRule Rule(string parameters) =>
        new(
            "fpe",
            parameters
                .Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('='))
                .ToImmutableDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
        );

    private static Column Column(string identifier) =>
        new("x", "x", null, "", null, "user.x", identifier, Link.Owns, null, null, []);

    private IReversibleMasker Compile(string parameters, ScalarKind kind = ScalarKind.Text, TenantKeys? keys = null) =>
        (IReversibleMasker)
            MaskingMethods
                .Find("fpe")!
                .Compile(
                    new MaskingTarget(Rule(parameters), Column("account_number"), new ScalarType(kind), ""),
                    keys ?? _keys
                );
}
