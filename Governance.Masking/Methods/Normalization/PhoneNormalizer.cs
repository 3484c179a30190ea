using PhoneNumbers;

namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// Phone numbers in E.164 (<c>+447700900123</c>), read as British where no country code is given. What is no phone number keeps its
/// digits (and a leading plus sign), or, without any, its text.
/// </summary>
internal sealed class PhoneNormalizer : TextNormalizer
{
    private const string Region = "GB";
    private const int MostReadings = 4;

    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    public override string Domain => "phone";

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written)
    {
        written = IsBritish(value) && value.TryCopyTo(destination) ? value.Length : 0;
        return written > 0;
    }

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        if (text.IsEmpty || IsBritish(text))
        {
            return Encode(text, destination, out written);
        }

        // Parsing is lenient, so odd text can settle only at its second reading; a normal form must be its own.
        var number = text.ToString();
        for (var reading = 1; reading <= MostReadings; reading++)
        {
            var read = TryParse(number) ?? Digits(number);
            if (IsBritish(read) || string.Equals(read, number, StringComparison.Ordinal))
            {
                return Encode(read, destination, out written);
            }

            number = read;
        }

        return Encode(number, destination, out written);
    }

    private static string Digits(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return digits.Length == 0 ? text
            : text[0] == '+' ? $"+{digits}"
            : digits;
    }

    private static string? TryParse(string text)
    {
        try
        {
            var number = Util.Parse(text, Region);
            if (!Util.IsPossibleNumber(number))
            {
                return null;
            }

            // Two extensions of one switchboard are two people (the form is that of RFC 3966).
            var e164 = Util.Format(number, PhoneNumberFormat.E164);
            return number.HasExtension ? $"{e164};ext={number.Extension}" : e164;
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

    private static bool IsBritish(ReadOnlySpan<byte> text) =>
        text.Length == 13
        && text.StartsWith("+44"u8)
        && text[3] != '0'
        && !text[3..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
