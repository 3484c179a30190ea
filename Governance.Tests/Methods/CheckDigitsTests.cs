using CsCheck;
using Governance.Masking.Methods;
using Governance.Tests.Methods.Scrubbing;

namespace Governance.Tests.Methods;

public sealed class CheckDigitsTests
{
    [Fact]
    public void Checks_OfPublishedNumbers_Pass()
    {
        Published
            .Ibans.Should()
            .OnlyContain(iban => CheckDigits.IsIban(iban.Replace(" ", "", StringComparison.Ordinal)));
        Published.Cards.Should().OnlyContain(card => CheckDigits.IsLuhn(Digits(card)));
        Published.NhsNumbers.Should().OnlyContain(number => CheckDigits.IsNhsNumber(Digits(number)));
        Published.Mpans.Should().OnlyContain(mpan => CheckDigits.IsMpan(Digits(mpan)));
        CheckDigits.IsMpan(Digits(Published.FullMpan[^13..])).Should().BeTrue();
    }

    // All four checks promise to see any one wrong digit; the meter point's maps two remainders to 0, so it misses some.
    [Fact]
    public void Checks_OfOneWrongDigit_Fail()
    {
        var change = Gen.Select(Gen.Int[0, 30], Gen.Int[1, 9]);
        Gen.Select(Gen.Int[0, 1000], change)
            .Sample(
                (index, changed) =>
                {
                    var (place, by) = changed;
                    return !CheckDigits.IsLuhn(Wrong(Published.Cards[index % Published.Cards.Length], place, by))
                        && !CheckDigits.IsNhsNumber(
                            Wrong(Published.NhsNumbers[index % Published.NhsNumbers.Length], place, by)
                        );
                }
            );
        foreach (var mpan in Published.Mpans)
        {
            for (var by = 1; by < 10; by++)
            {
                CheckDigits.IsMpan(Wrong(mpan, 12, by)).Should().BeFalse();
            }
        }

        CheckDigits.IsIban("GB28NWBK60161331926819").Should().BeFalse();
        CheckDigits.IsIban("GB29NWBK60161331926891").Should().BeFalse();
        CheckDigits.IsIban("GB29 NWBK 6016 1331 9268 19").Should().BeFalse();
    }

    [Fact]
    public void Checks_OfOtherLengths_Fail()
    {
        CheckDigits.IsNhsNumber(Digits("943476591")).Should().BeFalse();
        CheckDigits.IsNhsNumber(Digits("94347659199")).Should().BeFalse();
        CheckDigits.IsMpan(Digits(Published.FullMpan)).Should().BeFalse();
        CheckDigits.IsMpan(Digits(Published.WrongMpan)).Should().BeFalse();
        CheckDigits.IsMpan([]).Should().BeFalse();
        CheckDigits.IsLuhn([]).Should().BeFalse();
        CheckDigits.IsIban("").Should().BeFalse();
    }

    private static byte[] Digits(string text) => [.. text.Select(digit => (byte)(digit - '0'))];

    private static byte[] Wrong(string text, int place, int by)
    {
        var digits = Digits(text);
        digits[place % digits.Length] = (byte)((digits[place % digits.Length] + by) % 10);
        return digits;
    }
}
