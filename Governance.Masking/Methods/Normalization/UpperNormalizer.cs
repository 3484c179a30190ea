namespace Governance.Masking.Methods.Normalization;

/// <summary>Reference numbers that people type in either case: upper case (<c>c-0042</c> is <c>C-0042</c>).</summary>
internal sealed class UpperNormalizer(string domain) : TextNormalizer
{
    public override string Domain => domain;

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryUpper(value, destination, out written);

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> upper = stackalloc char[text.Length];
        _ = text.ToUpperInvariant(upper);
        return Encode(upper, destination, out written);
    }
}
