namespace Governance.Masking.Methods.Normalization;

/// <summary>The rule of every domain that has none of its own: form C, trimmed, case kept.</summary>
internal sealed class DefaultNormalizer : TextNormalizer
{
    public override string Domain => "*";

    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryTrim(value, destination, out written);

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written) =>
        Encode(text, destination, out written);
}
