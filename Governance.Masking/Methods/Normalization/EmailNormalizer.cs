using System.Globalization;

namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// E-mail addresses: lower case, the domain part in its ASCII form (IDNA). The local part's dots and tags are kept: whether they
/// count is each provider's own affair, and a guess would make two people one.
/// </summary>
internal sealed class EmailNormalizer : TextNormalizer
{
    private static readonly IdnMapping Idn = new();

    public override string Domain => "email";

    // An ASCII address has an ASCII host.
    protected override bool TryWriteAscii(ReadOnlySpan<byte> value, Span<byte> destination, out int written) =>
        AsciiRules.TryLower(value, destination, out written);

    protected override NormalizationFailure Write(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> lower = stackalloc char[text.Length];
        _ = text.ToLowerInvariant(lower);
        var at = lower.LastIndexOf('@');
        if (at < 0 || System.Text.Ascii.IsValid(lower[(at + 1)..]))
        {
            return Encode(lower, destination, out written);
        }

        var host = lower[(at + 1)..].ToString();
        try
        {
            host = Idn.GetAscii(host);
        }
        catch (ArgumentException)
        {
            // No host name: the text as it is still equals itself.
        }

        return Encode(string.Concat(lower[..(at + 1)], host), destination, out written);
    }
}
