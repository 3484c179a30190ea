using System.Collections.Frozen;

namespace Governance.Masking.Methods;

/// <summary>The characters that <c>fpe</c> encrypts, each of which is a numeral.</summary>
internal sealed class FpeAlphabet
{
    /// <summary>What is none of them is no numeral.</summary>
    public const byte None = byte.MaxValue;

    private const string Decimal = "0123456789";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";

    private static readonly FrozenDictionary<string, FpeAlphabet> ByName = new FpeAlphabet[]
    {
        new("digits", Decimal),
        new("upper", Upper),
        new("lower", Lower),
        new("letters", Upper + Lower),
        new("upper_alphanumeric", Decimal + Upper),
        new("alphanumeric", Decimal + Upper + Lower),
    }.ToFrozenDictionary(alphabet => alphabet.Name, StringComparer.Ordinal);

    private readonly byte[] _characters;
    private readonly byte[] _numerals = new byte[256];

    private FpeAlphabet(string name, string characters)
    {
        Name = name;
        _characters = [.. characters.Select(character => (byte)character)];
        Array.Fill(_numerals, None);
        for (byte numeral = 0; numeral < _characters.Length; numeral++)
        {
            _numerals[_characters[numeral]] = numeral;
        }
    }

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Its name in contracts.</summary>
    public string Name { get; }

    /// <summary>How many characters there are.</summary>
    public int Radix => _characters.Length;

    /// <summary>The alphabet of this name, or <see langword="null"/>.</summary>
    public static FpeAlphabet? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A byte's numeral, or <see cref="None"/>.</summary>
    public byte NumeralOf(byte character) => _numerals[character];

    /// <summary>A numeral's byte.</summary>
    public byte CharacterOf(byte numeral) => _characters[numeral];
}
