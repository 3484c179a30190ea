using System.Text;
using CsCheck;
using Governance.Masking.Methods;
using Governance.Masking.Methods.Normalization;

namespace Governance.Tests.Methods.Normalization;

public sealed class NormalizersTests
{
    private static readonly string[] Domains =
    [
        "email",
        "phone",
        "postcode",
        "mpan",
        "iban",
        "customer_id",
        "account_number",
        "anything_else",
    ];

    private static readonly Gen<string> Domain = Gen.Int[0, Domains.Length - 1].Select(index => Domains[index]);

    [Theory]
    [InlineData("email", " Ada.Lovelace@Example.ORG ", "ada.lovelace@example.org")]
    [InlineData("email", "ada+tag@example.org", "ada+tag@example.org")]
    [InlineData("email", "ADA@BÜCHER.example", "ada@xn--bcher-kva.example")]
    [InlineData("email", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example")]
    [InlineData("email", "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example")]
    [InlineData("email", "no address", "no address")]
    [InlineData("phone", "07700 900123", "+447700900123")]
    [InlineData("phone", "+44 (0)7700 900123", "+447700900123")]
    [InlineData("phone", "+447700900123", "+447700900123")]
    [InlineData("phone", "0044 7700 900-123", "+447700900123")]
    [InlineData("phone", "+33 1 42 68 53 00", "+33142685300")]
    [InlineData("phone", "12", "12")]
    [InlineData("phone", "020 7946 0018 ext. 12", "+442079460018;ext=12")]
    [InlineData("phone", "ext. 1", "1")]
    [InlineData("phone", "none", "none")]
    [InlineData("postcode", "sw1a 1aa", "SW1A1AA")]
    [InlineData("postcode", " SW1A1AA", "SW1A1AA")]
    [InlineData("mpan", "20 0012-3456 789", "2000123456789")]
    [InlineData("mpan", "1029018361541", "1029018361541")]
    [InlineData("mpan", "MPAN: 10 2901 8361 541", "1029018361541")]
    [InlineData("mpan", "01 801 100 10 2901 8361 541", "1029018361541")]
    [InlineData("mpan", "01 801 A0b 10 2901 8361 541", "1029018361541")]
    [InlineData("mpan", "018011001029018361541", "1029018361541")]
    [InlineData("mpan", "MPAN 01 801 100 10 2901 8361 541", "1029018361541")]
    [InlineData("mpan", "018011001029018361542", "018011001029018361542")]
    [InlineData("mpan", "01801100102901836154", "01801100102901836154")]
    [InlineData("mpan", "01801A001029018361542", "01801001029018361542")]
    [InlineData("mpan", "1029018361542", "1029018361542")]
    [InlineData("mpan", "unmetered", "unmetered")]
    [InlineData("iban", "gb29 nwbk 6016 1331 9268 19", "GB29NWBK60161331926819")]
    [InlineData("customer_id", " c-0042 ", "C-0042")]
    [InlineData("account_number", "ac 1", "AC 1")]
    [InlineData("support_ref", " Ab ", "Ab")]
    [InlineData("support_ref", "e\u0301", "é")]
    public void TryNormalize_Value_HasItsNormalForm(string domain, string value, string expected)
    {
        Normalize(domain, value).Should().Be(expected);
    }

    [Fact]
    public void TryNormalize_NormalForm_IsItsOwnNormalForm()
    {
        Gen.Select(Domain, Gen.String)
            .Sample(
                (domain, value) =>
                    Normalize(domain, value) is not { } once
                    || string.Equals(Normalize(domain, once), once, StringComparison.Ordinal),
                iter: 3000
            );
    }

    [Fact]
    public void TryNormalize_NormalFormOfPhone_IsItsOwnNormalForm()
    {
        Gen.String[Gen.Char["0123456789+()- x;=ext#"], 0, 20]
            .Sample(
                value =>
                    Normalize("phone", value) is not { } once
                    || string.Equals(Normalize("phone", once), once, StringComparison.Ordinal),
                iter: 20000
            );
    }

    [Fact]
    public void TryNormalize_ShortAscii_GivesWhatTheLongWayGives()
    {
        var bytes = Gen.OneOf(
            Gen.Byte[0, 127].Array[0, 140],
            Gen.Byte.Array[0, 20],
            Gen.String[Gen.Char["aZ09 @.-+\t\n\0\u001c\u001f\u00a0é"], 0, 30].Select(Encoding.UTF8.GetBytes),
            Gen.String[Gen.Char["0123456789+4"], 0, 12].Select(digits => Encoding.UTF8.GetBytes("+44" + digits))
        );
        Gen.Select(Domain, bytes, Gen.Int[0, 200])
            .Sample(
                (domain, value, room) =>
                {
                    var rule = (TextNormalizer)Normalizers.For(domain);
                    var fast = new byte[room];
                    var slow = new byte[room];
                    var fits = rule.TryNormalize(value, fast, out var fastLength, out var fastFailure);
                    return fits == rule.TryNormalizeText(value, slow, out var slowLength, out var slowFailure)
                        && fastFailure == slowFailure
                        && (!fits || fast.AsSpan(0, fastLength).SequenceEqual(slow.AsSpan(0, slowLength)));
                },
                iter: 30000
            );
    }

    [Fact]
    public void TryNormalize_AnyBytes_NeverThrows()
    {
        Gen.Select(Domain, Gen.Byte.Array[0, 1100])
            .Sample(
                (domain, bytes) =>
                {
                    var buffer = new byte[Normalizers.MaxLength];
                    var made = Normalizers.For(domain).TryNormalize(bytes, buffer, out _, out var failure);
                    return made == (failure == NormalizationFailure.None);
                },
                iter: 3000
            );
    }

    [Fact]
    public void TryNormalize_LongestValue_FitsTheBuffer()
    {
        foreach (var domain in Domains)
        {
            foreach (var character in new[] { "1", "ß", "ﬃ", "\u0344", "𝅘𝅥𝅮" })
            {
                var value = new StringBuilder();
                while (Encoding.UTF8.GetByteCount(value + character) <= Normalizers.MaxLength / 2)
                {
                    _ = value.Append(character);
                }

                var buffer = new byte[Normalizers.MaxLength];
                _ = Normalizers
                    .For(domain)
                    .TryNormalize(Encoding.UTF8.GetBytes(value.ToString()), buffer, out _, out var failure);
                failure.Should().NotBe(NormalizationFailure.InvalidUtf8);
            }
        }
    }

    [Fact]
    public void TryNormalize_FullMeterPointNumbers_JoinTheirCoreAndNoOther()
    {
        var digits = Gen.String[Gen.Char["0123456789"], 12, 12];
        Gen.Select(digits, Gen.String[Gen.Char["0123456789"], 8, 8], Gen.Char["0123456789"])
            .Sample(
                (twelve, top, check) =>
                {
                    var core = $"{twelve}{check}";
                    return Normalize("mpan", core) == core
                        && Normalize("mpan", top + core)
                            == (CheckDigits.IsMpan([.. core.Select(digit => (byte)(digit - '0'))]) ? core : top + core);
                }
            );
    }

    [Fact]
    public void Version_OfMeterPointNumbers_IsTheThird() => Normalizers.For("mpan").Version.Should().Be(3);

    private static string? Normalize(string domain, string value)
    {
        var buffer = new byte[Normalizers.MaxLength];
        return Normalizers.For(domain).TryNormalize(Encoding.UTF8.GetBytes(value), buffer, out var written, out _)
            ? Encoding.UTF8.GetString(buffer, 0, written)
            : null;
    }
}
