namespace Governance.Masking.Methods.Normalization;

/// <summary>Numbers that are written in groups: digits alone (an MPAN, <c>20 0012 3456 789</c>).</summary>
internal sealed class DigitsNormalizer(string domain) : TextNormalizer
{
    public override string Domain => domain;

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryKeep(AsciiRules.Digits, value, destination, out written);

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> digits = stackalloc char[text.Length];
        var length = Keep(text, digits, char.IsAsciiDigit);

        // Without any digit it is some other text: kept whole, so that two such texts stay two.
        return Encode(length == 0 ? text : digits[..length], destination, out written);
    }
}
