namespace Governance.Masking.Methods;

/// <summary>The checks that kinds of numbers carry in themselves. Digits are given by their values, 0 to 9.</summary>
internal static class CheckDigits
{
    /// <summary>How many digits an NHS number has.</summary>
    public const int NhsLength = 10;

    /// <summary>How many digits the core of a meter point number (MPAN) has.</summary>
    public const int MpanLength = 13;

    /// <summary>How many digits a meter point number has with its top line in front: profile class, time switch code, line loss factor.</summary>
    public const int FullMpanLength = 21;

    // The weights of the MPAN check digit; 11 is not among them (MRA Agreed Procedure for meter point identification).
    private static ReadOnlySpan<byte> MpanPrimes => [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];

    /// <summary>Luhn's check, which payment card numbers pass (ISO/IEC 7812-1, annex B).</summary>
    public static bool IsLuhn(ReadOnlySpan<byte> digits) => digits.Length > 1 && LuhnDigit(digits[..^1]) == digits[^1];

    /// <summary>The check digit that has to follow these digits, by Luhn's rule (ISO/IEC 7812-1, annex B).</summary>
    public static byte LuhnDigit(ReadOnlySpan<byte> digits)
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

    /// <summary>The check of an NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary, NHS NUMBER).</summary>
    public static bool IsNhsNumber(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != NhsLength)
        {
            return false;
        }

        var sum = 0;
        for (var index = 0; index < NhsLength - 1; index++)
        {
            sum += (NhsLength - index) * digits[index];
        }

        // A remainder that asks for a check digit of 10 is never issued.
        return (11 - (sum % 11)) % 11 == digits[^1];
    }

    /// <summary>The check of an MPAN's core of 13 digits: twelve primes as weights, modulo 11, then modulo 10.</summary>
    public static bool IsMpan(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != MpanLength)
        {
            return false;
        }

        var sum = 0;
        for (var index = 0; index < MpanPrimes.Length; index++)
        {
            sum += MpanPrimes[index] * digits[index];
        }

        return sum % 11 % 10 == digits[^1];
    }

    /// <summary>The check of an IBAN: modulo 97 (ISO 13616, ISO/IEC 7064).</summary>
    /// <param name="compact">ASCII letters of either case and digits, nothing between them.</param>
    public static bool IsIban(ReadOnlySpan<char> compact)
    {
        if (compact.Length < 5)
        {
            return false;
        }

        var rest = 0;
        for (var index = 0; index < compact.Length; index++)
        {
            var character = compact[(index + 4) % compact.Length];
            if (char.IsAsciiDigit(character))
            {
                rest = ((rest * 10) + character - '0') % 97;
            }
            else if (char.IsAsciiLetter(character))
            {
                rest = ((rest * 100) + (character | 0x20) - 'a' + 10) % 97;
            }
            else
            {
                return false;
            }
        }

        return rest == 1;
    }
}
