using System.Text;

namespace Governance.Masking.Methods.Scrubbing;

/// <summary>What scrubbing finds. Where two things of equal length are found in one place, the first of this list names it.</summary>
internal enum ScrubMark
{
    Email,
    Iban,
    Mpan,
    Card,
    NhsNumber,
    NiNumber,
    Phone,
    Postcode,
    Identifier,
    Name,
}

/// <summary>The words of <see cref="ScrubMark"/>.</summary>
internal static class ScrubMarks
{
    private static readonly string[] Names =
    [
        "email",
        "iban",
        "mpan",
        "card",
        "nhs_number",
        "ni_number",
        "phone",
        "postcode",
        "identifier",
        "name",
    ];

    private static readonly byte[][] Texts =
    [
        .. Names.Select(name => Encoding.ASCII.GetBytes($"[{name.ToUpperInvariant()}]")),
    ];

    /// <summary>Every word of the parameter <c>find</c>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The mark of a word, or <see langword="null"/>.</summary>
    public static ScrubMark? Find(string name) =>
        Array.IndexOf(Names, name) is var index && index >= 0 ? (ScrubMark)index : null;

    /// <summary>What stands in the place of the value: <c>[EMAIL]</c>.</summary>
    public static ReadOnlySpan<byte> Text(ScrubMark mark) => Texts[(int)mark];
}
