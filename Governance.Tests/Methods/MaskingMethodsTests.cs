using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Methods.Normalization;
using Governance.Masking.Vault;

namespace Governance.Tests.Methods;

public sealed class MaskingMethodsTests : IDisposable
{
    private static readonly Column Email = Column("email", "user.contact.email", "email");

    private static readonly string[] Addresses = ["Ada@x.org", "ada@X.org ", "e\u0301@x", "É@x"];

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly SubjectKey _subject;

    public MaskingMethodsTests() =>
        (_subject, _) = _keys.CreateSubjectKey(new IdentifierKey("customer_id", new BlindIndex(1, 1)), Guid.Empty);

    [Fact]
    public void Names_AreTheMethodsThatContractsCanName() =>
        MaskingMethods
            .Names.Should()
            .Equal(
                "dateshift",
                "digest",
                "drop",
                "fpe",
                "generalize",
                "partial",
                "plain",
                "redact",
                "scrub",
                "seal",
                "surrogate",
                "token"
            );

    [Theory]
    [InlineData("Seal")]
    [InlineData("sael")]
    [InlineData("")]
    public void Get_UnknownName_FailsAndListsTheNames(string name)
    {
        MaskingMethods.Find(name).Should().BeNull();
        var get = () => MaskingMethods.Get(Rule(name), Email);
        get.Should().Throw<MaskingRuleException>().WithMessage("email: *surrogate*");
    }

    [Theory]
    [InlineData("seal", "algorithm=aes")]
    [InlineData("token", "Domain=email")]
    [InlineData("digest", "encoding=base32")]
    [InlineData("partial", "")]
    [InlineData("partial", "keep=middle")]
    [InlineData("partial", "keep=first")]
    [InlineData("partial", "keep=last;n=0")]
    [InlineData("partial", "keep=last;n=-1")]
    [InlineData("partial", "keep=domain;n=2")]
    [InlineData("generalize", "")]
    [InlineData("generalize", "bucket=0")]
    [InlineData("generalize", "bucket=-5")]
    [InlineData("generalize", "bucket=ten")]
    [InlineData("generalize", "to=week")]
    [InlineData("generalize", "to=year;bucket=5")]
    [InlineData("generalize", "bands=35,18")]
    [InlineData("generalize", "bands=")]
    [InlineData("redact", "mark=x")]
    [InlineData("drop", "x=y")]
    [InlineData("surrogate", "x=y")]
    [InlineData("plain", "")]
    public void Validate_BadRule_SaysSoAndDoesNotCompile(string name, string parameters)
    {
        var method = MaskingMethods.Find(name)!;
        var rule = Rule(name, parameters);
        method.Validate(rule, Email).Should().NotBeEmpty().And.OnlyContain(fault => fault.Length > 10);
        var compile = () => method.Compile(new MaskingTarget(rule, Email, ScalarType.Text, "customer_id"), _keys);
        compile.Should().Throw<MaskingRuleException>();
    }

    [Theory]
    [InlineData("surrogate", ScalarKind.Double)]
    [InlineData("redact", ScalarKind.Int32)]
    [InlineData("redact", ScalarKind.Date)]
    [InlineData("partial;keep=first;n=1", ScalarKind.Date)]
    [InlineData("generalize;bucket=5", ScalarKind.Text)]
    [InlineData("generalize;bucket=0.5", ScalarKind.Int32)]
    [InlineData("generalize;to=month", ScalarKind.Text)]
    [InlineData("generalize;to=day", ScalarKind.Date)]
    [InlineData("generalize;bands=18", ScalarKind.Double)]
    public void Compile_TypeThatCannotHoldIt_NamesColumnAndAdvice(string rule, ScalarKind kind)
    {
        var compile = () => Compile(rule, Email, new ScalarType(kind));
        compile.Should().Throw<MaskingRuleException>().WithMessage("email: *");
    }

    [Fact]
    public void Compile_SealWithoutSubject_SaysWhatToDo()
    {
        var compile = () =>
            MaskingMethods.Find("seal")!.Compile(new MaskingTarget(Rule("seal"), Email, ScalarType.Text, ""), _keys);
        compile.Should().Throw<MaskingRuleException>().WithMessage("*subject*");
    }

    [Fact]
    public void Compile_Surrogate_IsMarkedForThePlan()
    {
        var masker = Compile("surrogate", Email, ScalarType.Text);
        masker.Should().BeAssignableTo<ISurrogateMasker>().Which.Domain.Should().Be("email");
        masker.Output.Should().Be(ScalarType.Uuid);
        MaskingMethods.Find("drop").Should().BeAssignableTo<IDropsColumn>();
    }

    [Theory]
    [InlineData("partial;keep=first;n=2", "Adelaide", "Ad***")]
    [InlineData("partial;keep=last;n=4", "4000123412341234", "***1234")]
    [InlineData("partial;keep=last;n=1", "zoë", "***ë")]
    [InlineData("partial;keep=first;n=2", "Ada", "***")]
    [InlineData("partial;keep=first;n=1", "", "***")]
    [InlineData("partial;keep=domain", "ada@example.org", "***@example.org")]
    [InlineData("partial;keep=domain", "ada@example.org (Ada Lovelace)", "***")]
    [InlineData("partial;keep=domain", "ada", "***")]
    [InlineData("partial;keep=domain", "@ada", "***")]
    [InlineData("partial;keep=domain", "ada@", "***")]
    [InlineData("partial;keep=outward", "sw1a 1aa", "SW1A ***")]
    [InlineData("partial;keep=outward", "M11AE", "M1 ***")]
    [InlineData("partial;keep=outward", "12345", "***")]
    [InlineData("partial;keep=outward", "Ada Lovelace", "***")]
    [InlineData("redact", "ada@example.org", "[user.contact.email]")]
    [InlineData("redact", "", "[user.contact.email]")]
    public void Mask_Text_GivesTheMaskedForm(string rule, string value, string expected)
    {
        Mask(Compile(rule, Email, ScalarType.Text), value).Should().Be(expected);
    }

    [Fact]
    public void Mask_PartialOfInvalidUtf8_KeepsNothing()
    {
        var masked = new ArrayBufferWriter<byte>();
        Compile("partial;keep=last;n=1", Email, ScalarType.Text).Mask([0x41, 0x42, 0xff, 0x43], default, masked);
        Encoding.UTF8.GetString(masked.WrittenSpan).Should().Be("***");
    }

    [Theory]
    [InlineData("bucket=100", ScalarKind.Int32, "1234", "1200")]
    [InlineData("bucket=100", ScalarKind.Int64, "-1", "-100")]
    [InlineData("bucket=5", ScalarKind.Int32, "35", "35")]
    [InlineData("bucket=0.5", ScalarKind.Double, "1.74", "1.5")]
    [InlineData("bucket=10", ScalarKind.Float, "-0.5", "-10")]
    [InlineData("bucket=10", ScalarKind.Double, "NaN", "NaN")]
    [InlineData("to=month", ScalarKind.Date, "1984-07-23", "1984-07-01")]
    [InlineData("to=year", ScalarKind.Date, "1984-07-23", "1984-01-01")]
    [InlineData("to=hour", ScalarKind.Timestamp, "2024-02-29T13:14:15.123456Z", "2024-02-29T13:00:00.000000Z")]
    [InlineData("to=day", ScalarKind.LocalTimestamp, "2024-02-29T13:14:15.123456", "2024-02-29T00:00:00.000000")]
    [InlineData("to=year", ScalarKind.Timestamp, "2024-02-29T13:14:15.123456Z", "2024-01-01T00:00:00.000000Z")]
    [InlineData("to=decade", ScalarKind.Date, "1984-07-23", "1980-01-01")]
    [InlineData("to=decade", ScalarKind.Date, "0007-07-23", "0001-01-01")]
    [InlineData("to=decade", ScalarKind.Timestamp, "2024-02-29T13:14:15.123456Z", "2020-01-01T00:00:00.000000Z")]
    [InlineData("bands=1946,1965,1981", ScalarKind.Date, "1945-12-31", "<1946")]
    [InlineData("bands=1946,1965,1981", ScalarKind.Date, "1965-01-01", "1965-1980")]
    [InlineData("bands=1946,1965,1981", ScalarKind.Date, "2001-01-01", "1981+")]
    [InlineData("bands=18,35,65", ScalarKind.Int32, "17", "<18")]
    [InlineData("bands=18,35,65", ScalarKind.Int32, "18", "18-34")]
    [InlineData("bands=18,35,65", ScalarKind.Int64, "64", "35-64")]
    [InlineData("bands=18,35,65", ScalarKind.Int32, "65", "65+")]
    [InlineData("bands=18,19,20", ScalarKind.Int32, "18", "18")]
    public void Mask_Generalize_GivesTheCoarserValue(string parameters, ScalarKind kind, string value, string expected)
    {
        Mask(Compile($"generalize;{parameters}", Email, new ScalarType(kind)), value).Should().Be(expected);
    }

    [Fact]
    public void Mask_GeneralizeDecimal_KeepsScale()
    {
        var masker = Compile("generalize;bucket=0.25", Email, new ScalarType(ScalarKind.Decimal, 9, 3));
        Mask(masker, "12.349").Should().Be("12.250");
        masker.Output.Should().Be(new ScalarType(ScalarKind.Decimal, 9, 3));
    }

    [Theory]
    [InlineData("bucket=100", ScalarKind.Int32, "-2147483648")]
    [InlineData("bucket=100", ScalarKind.Int32, "someone")]
    [InlineData("bucket=7", ScalarKind.Int64, "-9223372036854775808")]
    [InlineData("to=month", ScalarKind.Date, "10000-01-01")]
    [InlineData("to=month", ScalarKind.Date, "1984_07_23")]
    [InlineData("bands=18", ScalarKind.Int32, "eighteen")]
    [InlineData("bands=1946", ScalarKind.Date, "1946-02-30")]
    [InlineData("bands=1946", ScalarKind.Date, "1946-02-03T00:00")]
    public void Mask_GeneralizeOfWhatHasNoStep_GoesToQuarantine(string parameters, ScalarKind kind, string value)
    {
        var mask = () => Mask(Compile($"generalize;{parameters}", Email, new ScalarType(kind)), value);
        mask.Should().Throw<UnmaskableValueException>().Which.Message.Should().NotContain(value);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("digest")]
    public void Mask_ComparingMethodOfInvalidUtf8_GoesToQuarantine(string rule)
    {
        var masker = Compile(rule, Email, ScalarType.Text);
        var mask = () => masker.Mask([0xff], default, new ArrayBufferWriter<byte>());
        mask.Should().Throw<UnmaskableValueException>().Which.Code.Should().Be("value_not_utf8");
    }

    [Fact]
    public void Mask_Digest_HasItsEncodingAndDomain()
    {
        var hex = Mask(Compile("digest", Email, ScalarType.Text), "ada@example.org");
        var base64 = Mask(Compile("digest;encoding=base64url", Email, ScalarType.Text), "ada@example.org");
        var other = Mask(Compile("digest;domain=login", Email, ScalarType.Text), "ada@example.org");
        hex.Should().MatchRegex("^[0-9a-f]{64}$").And.NotBe(other);
        Convert.FromHexString(hex).Should().Equal(System.Buffers.Text.Base64Url.DecodeFromChars(base64));
    }

    [Theory]
    [InlineData("seal")]
    [InlineData("token")]
    [InlineData("digest")]
    [InlineData("redact")]
    [InlineData("partial;keep=last;n=3")]
    public void Mask_SameValueTwice_GivesTheSame(string rule)
    {
        var masker = Compile(rule, Email, ScalarType.Text);
        var again = Compile(rule, Email, ScalarType.Text);
        Gen.String[0, 200].Sample(value => Mask(masker, value) == Mask(again, value));
    }

    [Theory]
    [InlineData("seal")]
    [InlineData("token")]
    [InlineData("digest")]
    public void Mask_UnderOtherKeys_GivesAnother(string rule)
    {
        using var otherKeys = TenantKeys.CreateEphemeral();
        var (otherSubject, _) = otherKeys.CreateSubjectKey(
            new IdentifierKey("customer_id", new BlindIndex(1, 1)),
            Guid.Empty
        );
        var masker = Compile(rule, Email, ScalarType.Text);
        var other = MaskingMethods
            .Find(rule)!
            .Compile(new MaskingTarget(Rule(rule), Email, ScalarType.Text, "customer_id"), otherKeys);
        Gen.String[0, 50].Sample(value => Mask(masker, value) != Mask(other, value, otherSubject));
    }

    [Fact]
    public void Mask_Seal_OpensToTheValue()
    {
        var masker = Compile("seal", Email, ScalarType.Text);
        var context = new SealContext("customer_id", "user.contact.email");
        Gen.Byte.Array[0, 2000]
            .Sample(value =>
            {
                var masked = new ArrayBufferWriter<byte>();
                masker.Mask(value, new ValueContext(_subject, []), masked);
                return _subject.TryOpenText(context, masked.WrittenSpan, out var plain) && plain.SequenceEqual(value);
            });
    }

    [Theory]
    [InlineData("seal", "Ada@X.org ", "Ada@X.org ")]
    [InlineData("token", "Ada@X.org ", "ada@x.org")]
    public void TryReveal_OfWhatItMasked_GivesTheValueThatMaskingKept(string rule, string value, string expected)
    {
        var masker = (IReversibleMasker)Compile(rule, Email, ScalarType.Text);
        var masked = Encoding.UTF8.GetBytes(Mask(masker, value));
        var plain = new ArrayBufferWriter<byte>();
        masker.TryReveal(masked, new ValueContext(_subject, []), plain).Should().BeTrue();
        Encoding.UTF8.GetString(plain.WrittenSpan).Should().Be(expected);

        masked[^2] ^= 1;
        plain.Clear();
        masker.TryReveal(masked, new ValueContext(_subject, []), plain).Should().BeFalse();
        plain.WrittenCount.Should().Be(0);
    }

    [Fact]
    public void Mask_SealWithoutKey_Throws()
    {
        var masker = Compile("seal", Email, ScalarType.Text);
        masker.NeedsSubjectKey.Should().BeTrue();
        var mask = () => masker.Mask("x"u8, default, new ArrayBufferWriter<byte>());
        mask.Should().Throw<InvalidOperationException>();
    }

    [Theory]
    [InlineData("token")]
    [InlineData("digest")]
    public void Mask_ComparingMethod_IsEqualExactlyWhereNormalFormsAre(string rule)
    {
        var masker = Compile(rule, Email, ScalarType.Text);
        var value = Gen.OneOf(Gen.String[Gen.Char["aAbB@. é"], 0, 4], Gen.Int[0, 3].Select(index => Addresses[index]));
        Gen.Select(value, value)
            .Sample(
                (left, right) => Mask(masker, left) == Mask(masker, right) == (Normal(left) == Normal(right)),
                iter: 5000
            );
    }

    [Theory]
    [InlineData("seal")]
    [InlineData("token")]
    [InlineData("digest")]
    [InlineData("redact")]
    public void Mask_Text_LeavesNoPlainPart(string rule)
    {
        // No letters of base64url, hex or the mark: a part of four could stand there by chance.
        var masker = Compile(rule, Email, ScalarType.Text);
        Gen.String[Gen.Char["!#$%&()*+éßЖ漢 "], 4, 60]
            .Sample(value =>
            {
                var masked = Mask(masker, value);
                return Enumerable
                    .Range(0, value.Length - 3)
                    .All(start => !masked.Contains(value.Substring(start, 4), StringComparison.Ordinal));
            });
        foreach (
            var value in new[] { "Lovelace", "ada@example.org", "a very long value, said again and again, of a person" }
        )
        {
            var masked = Mask(masker, value);
            Enumerable
                .Range(0, value.Length - 3)
                .Should()
                .OnlyContain(start => !masked.Contains(value.Substring(start, 4), StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("seal")]
    [InlineData("token")]
    [InlineData("digest")]
    [InlineData("redact")]
    [InlineData("partial;keep=domain")]
    public void Mask_PlainAscii_AllocatesNothing(string rule)
    {
        var masker = Compile(rule, Email, ScalarType.Text);
        var masked = new ArrayBufferWriter<byte>(4096);
        masker.Mask("ada@example.org"u8, new ValueContext(_subject, []), masked);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 50; round++)
        {
            masked.ResetWrittenCount();
            masker.Mask("ada@example.org"u8, new ValueContext(_subject, []), masked);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    public void Dispose() => _keys.Dispose();

    private static string Normal(string value)
    {
        var buffer = new byte[Normalizers.MaxLength];
        _ = Normalizers.For("email").TryNormalize(Encoding.UTF8.GetBytes(value), buffer, out var written, out _);
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    private static MaskingRule Rule(string method, string parameters = "") =>
        new(
            method,
            parameters
                .Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('='))
                .ToImmutableDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
        );

    private static Column Column(string path, string? category, string? identifier) =>
        new(path, path, null, "", null, category, identifier, identifier is null ? null : Link.Owns, null, null, []);

    private IValueMasker Compile(string rule, Column column, ScalarType input)
    {
        var parts = rule.Split(';', 2);
        var parsed = Rule(parts[0], parts.Length > 1 ? parts[1] : "");
        return MaskingMethods
            .Get(parsed, column)
            .Compile(new MaskingTarget(parsed, column, input, "customer_id"), _keys);
    }

    private string Mask(IValueMasker masker, string value, SubjectKey? subject = null)
    {
        var masked = new ArrayBufferWriter<byte>();
        masker.Mask(Encoding.UTF8.GetBytes(value), new ValueContext(subject ?? _subject, []), masked);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }
}
