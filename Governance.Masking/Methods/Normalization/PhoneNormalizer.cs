using PhoneNumbers;

namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// Phone numbers in E.164 (<c>+447700900123</c>), read as British where no country code is given. What is no phone number keeps its
/// digits alone, or, without any, its text.
/// </summary>
internal sealed class PhoneNormalizer : TextNormalizer
{
    private const string Region = "GB";

    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    public override string Domain => "phone";

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        if (IsBritish(text))
        {
            return Encode(text, destination, out written);
        }

        if (TryParse(text.ToString()) is { } number)
        {
            return Encode(number, destination, out written);
        }

        Span<char> digits = stackalloc char[text.Length];
        var length = Keep(text, digits, char.IsAsciiDigit);
        return Encode(length == 0 ? text : digits[..length], destination, out written);
    }

    private static string? TryParse(string text)
    {
        try
        {
            return Util.Format(Util.Parse(text, Region), PhoneNumberFormat.E164);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    // E.164 already: parsing would only give it back, at a thousand times the cost.
    private static bool IsBritish(ReadOnlySpan<char> text) =>
        text.Length == 13
        && text.StartsWith("+44", StringComparison.Ordinal)
        && text[3] != '0'
        && !text[3..].ContainsAnyExceptInRange('0', '9');
}
