using Governance.Masking.Methods.Normalization;

namespace Governance.Tests.Methods.Normalization;

/// <summary>Samples of UAX #15 (its figures and Unicode's NormalizationTest.txt).</summary>
public sealed class NfcTests
{
    [Theory]
    [InlineData("\u212B", "\u00C5")] // singleton: the angstrom sign
    [InlineData("\u2126", "\u03A9")] // singleton: the ohm sign
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")] // marks are put in order first
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("d\u0307\u0323", "\u1E0D\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093C")] // composition exclusion
    [InlineData("\u2ADC", "\u2ADD\u0338")] // composition exclusion
    [InlineData("\u0344", "\u0308\u0301")] // non-starter decomposition
    [InlineData("\u1100\u1161\u11A8", "\uAC01")] // Hangul
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uD4DB", "\uD4DB")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "à\u05AE\u0300\u0315b")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")] // outside the basic plane
    [InlineData("\u0061\u0304\u0328", "\u0105\u0304")]
    [InlineData("Zoë", "Zoë")]
    [InlineData("", "")]
    public void Normalize_Sample_HasThePublishedForm(string text, string expected)
    {
        Nfc.Normalize(text).Should().Be(expected);
    }
}
