namespace Governance.Masking.Methods;

/// <summary>The check digit of card numbers and many others (ISO/IEC 7812-1, annex B).</summary>
internal static class LuhnDigit
{
    /// <summary>The digit that has to follow these.</summary>
    public static byte Of(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var index = digits.Length - 1; index >= 0; index--)
        {
            int digit = digits[index];
            if ((digits.Length - index) % 2 == 1)
            {
                digit *= 2;
                digit -= digit > 9 ? 9 : 0;
            }

            sum += digit;
        }

        return (byte)((10 - (sum % 10)) % 10);
    }
}
