namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// Meter point numbers: digits alone (<c>10 2901 8361 541</c> is <c>1029018361541</c>). A full number of 21 characters (profile class, time
/// switch code and line loss factor in front) is its core of 13 digits, because they name one meter point; but only where the core's check
/// digit is right. What has a wrong one keeps all its digits: a slip of the pen must neither become another meter point nor be lost.
/// </summary>
/// <remarks>
/// Version 1 kept the digits of full numbers too, and version 2 those of full numbers with words beside them. Cores, which are what is stored and
/// sent, have the same form in all.
/// </remarks>
internal sealed class MpanNormalizer : TextNormalizer
{
    // Profile class and time switch code are digits; a line loss factor may have letters.
    private const int DigitsInFront = 5;
    private const int MostLetters = 3;

    public override string Domain => "mpan";

    public override int Version => 3;

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryKeep(AsciiRules.Digits, value, destination, out written)
        && written is < CheckDigits.FullMpanLength - MostLetters or > CheckDigits.FullMpanLength;

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> kept = stackalloc char[text.Length];
        var length = Keep(text, kept, char.IsAsciiLetterOrDigit);
        if (IsFull(kept[..length]))
        {
            return Encode(kept[(length - CheckDigits.MpanLength)..length], destination, out written);
        }

        length = Keep(text, kept, char.IsAsciiDigit);
        if (IsFull(kept[..length]))
        {
            // A full number with a word beside it.
            return Encode(kept[(length - CheckDigits.MpanLength)..length], destination, out written);
        }

        // Without any digit it is some other text: kept whole, so that two such texts stay two.
        return Encode(length == 0 ? text : kept[..length], destination, out written);
    }

    private static bool IsFull(ReadOnlySpan<char> characters)
    {
        if (
            characters.Length != CheckDigits.FullMpanLength
            || characters[..DigitsInFront].ContainsAnyExceptInRange('0', '9')
        )
        {
            return false;
        }

        Span<byte> core = stackalloc byte[CheckDigits.MpanLength];
        for (var index = 0; index < core.Length; index++)
        {
            var character = characters[characters.Length - core.Length + index];
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }

            core[index] = (byte)(character - '0');
        }

        return CheckDigits.IsMpan(core);
    }
}
