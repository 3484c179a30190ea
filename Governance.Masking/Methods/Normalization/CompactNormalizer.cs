namespace Governance.Masking.Methods.Normalization;

/// <summary>Codes that are written in groups: letters and digits alone, upper case (<c>sw1a 1aa</c> is <c>SW1A1AA</c>).</summary>
internal sealed class CompactNormalizer(string domain) : TextNormalizer
{
    public override string Domain => domain;

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryKeep(AsciiRules.UpperLettersAndDigits, value, destination, out written);

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> kept = stackalloc char[text.Length];
        var length = Keep(text, kept, char.IsLetterOrDigit);
        Span<char> upper = stackalloc char[length];
        _ = MemoryExtensions.ToUpperInvariant(kept[..length], upper);
        return Encode(upper, destination, out written);
    }
}
