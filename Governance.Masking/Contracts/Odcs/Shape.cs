using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>What may stand at one place of an ODCS document.</summary>
internal abstract class Shape
{
    /// <summary>Reports everything in <paramref name="node"/> that ODCS does not allow there.</summary>
    public abstract void Check(DocNode node, string path, FaultList faults);

    protected static void WrongKind(DocNode node, string path, FaultList faults, string expected) =>
        faults.Add(node, path, FaultCodes.WrongKind, $"Expected {expected}, found {node.Kind}.{Hint(node, expected)}");

    private static string Hint(DocNode node, string expected) =>
        node is DocScalar { Type: not DocType.Null } && expected.StartsWith("text", StringComparison.Ordinal)
            ? " Put it in quotes."
            : "";
}

/// <summary>Anything at all.</summary>
internal sealed class AnyShape : Shape
{
    public override void Check(DocNode node, string path, FaultList faults) { }
}

/// <summary>Any single value, null too.</summary>
internal sealed class SingleShape : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocScalar)
        {
            WrongKind(node, path, faults, "a single value");
        }
    }
}

/// <summary>Text, perhaps of a form.</summary>
/// <param name="isValid">Whether a text has the form.</param>
/// <param name="form">What to write instead.</param>
internal sealed class TextShape(Func<string, bool>? isValid = null, string form = "") : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocScalar { Type: DocType.Text } scalar)
        {
            WrongKind(node, path, faults, "text");
        }
        else if (isValid is not null && !isValid(scalar.Value))
        {
            faults.Add(node, path, FaultCodes.BadValue, $"{Words.Quote(scalar.Value)} does not do here. Write {form}.");
        }
    }
}

/// <summary>One of some words.</summary>
internal sealed class WordShape(params string[] words) : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocScalar { Type: DocType.Text } scalar)
        {
            WrongKind(node, path, faults, "text, one of: " + Words.List(words));
        }
        else if (!words.Contains(scalar.Value, StringComparer.Ordinal))
        {
            faults.Add(
                node,
                path,
                FaultCodes.UnknownValue,
                $"{Words.Quote(scalar.Value)} is not one of: {Words.List(words)}.{Words.DidYouMean(scalar.Value, words)}"
            );
        }
    }
}

/// <summary>True or false.</summary>
internal sealed class BooleanShape : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocScalar { Type: DocType.Boolean })
        {
            WrongKind(node, path, faults, "true or false");
        }
    }
}

/// <summary>A number.</summary>
/// <param name="integer">Whether it has no fraction.</param>
/// <param name="least">The least that is allowed.</param>
/// <param name="above">Whether it must be more than <paramref name="least"/>.</param>
internal sealed class NumberShape(bool integer, double least = double.NegativeInfinity, bool above = false) : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        var scalar = node as DocScalar;
        if (scalar?.Type is not (DocType.Integer or DocType.Number))
        {
            WrongKind(node, path, faults, integer ? "an integer" : "a number");
            return;
        }

        // Octal, hexadecimal, infinite and not-a-number forms do not parse, and have no least.
        if (!double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return;
        }

        if (integer && scalar.Type == DocType.Number && Math.Floor(value) != value)
        {
            WrongKind(node, path, faults, "an integer");
        }
        else if (value < least || (above && value <= least))
        {
            faults.Add(
                node,
                path,
                FaultCodes.BadValue,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The number is too small. Write {(above ? "more than" : "at least")} {least}."
                )
            );
        }
    }
}

/// <summary>A list.</summary>
internal sealed class ListShape(Shape item, int least = 0, int most = int.MaxValue, bool distinct = false) : Shape
{
    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocList list)
        {
            WrongKind(node, path, faults, "a list");
            return;
        }

        if (list.Items.Count < least || list.Items.Count > most)
        {
            var count = least == most ? $"exactly {least}" : $"at least {least}";
            faults.Add(
                node,
                path,
                FaultCodes.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"The list has {list.Items.Count} items. Write {count}.")
            );
        }

        if (distinct)
        {
            var values = list.Items.OfType<DocScalar>().Select(scalar => scalar.Value).ToArray();
            if (values.Distinct(StringComparer.Ordinal).Count() != values.Length)
            {
                faults.Add(node, path, FaultCodes.BadValue, "An item stands twice in the list. Remove one.");
            }
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            item.Check(list.Items[i], DocPath.Item(path, i), faults);
        }
    }
}

/// <summary>Picks by what stands there.</summary>
internal sealed class ChoiceShape(Func<DocNode, Shape> choose) : Shape
{
    public override void Check(DocNode node, string path, FaultList faults) => choose(node).Check(node, path, faults);
}

/// <summary>A mapping with known keys.</summary>
internal sealed class MapShape : Shape
{
    private readonly FrozenDictionary<string, Shape> _keys;
    private readonly string[] _required;
    private readonly bool _open;
    private readonly Func<DocMap, MapShape?>? _more;
    private readonly Action<DocMap, string, FaultList>? _also;

    /// <summary>Makes a shape.</summary>
    /// <param name="keys">The known keys.</param>
    /// <param name="required">Those that must stand.</param>
    /// <param name="open">Whether other keys may stand.</param>
    /// <param name="more">Further keys, by what stands in the mapping.</param>
    /// <param name="also">Rules over several keys.</param>
    public MapShape(
        IReadOnlyDictionary<string, Shape> keys,
        string[]? required = null,
        bool open = false,
        Func<DocMap, MapShape?>? more = null,
        Action<DocMap, string, FaultList>? also = null
    )
    {
        _keys = keys.ToFrozenDictionary(StringComparer.Ordinal);
        _required = required ?? [];
        _open = open;
        _more = more;
        _also = also;
    }

    public override void Check(DocNode node, string path, FaultList faults)
    {
        if (node is not DocMap map)
        {
            WrongKind(node, path, faults, "a mapping");
            return;
        }

        var more = _more?.Invoke(map);
        foreach (var key in _required.Concat(more?._required ?? []).Where(key => !map.Has(key)))
        {
            faults.Add(node, path, FaultCodes.MissingKey, $"The key '{key}' is missing. Add it.");
        }

        foreach (var entry in map.Entries)
        {
            var inner = DocPath.Key(path, entry.Key.Value);
            var shape = _keys.GetValueOrDefault(entry.Key.Value) ?? more?._keys.GetValueOrDefault(entry.Key.Value);
            if (shape is not null)
            {
                shape.Check(entry.Value, inner, faults);
            }
            else if (!_open && more is not { _open: true })
            {
                faults.Add(entry.Key, inner, FaultCodes.UnknownKey, Unknown(entry.Key.Value, more));
            }
        }

        _also?.Invoke(map, path, faults);
    }

    private string Unknown(string key, MapShape? more)
    {
        var known = _keys.Keys.Concat(more?._keys.Keys ?? []).Order(StringComparer.Ordinal).ToArray();
        var near = Words.DidYouMean(key, known);
        var advice = (near.Length, PrivacyProperties.IsKnown(key)) switch
        {
            (_, true) => " Write it as an entry of 'customProperties' (property, value).",
            (> 0, _) => near,
            _ when known.Length == 0 => " No key is allowed here.",
            _ => " Allowed are: " + Words.List(known) + ".",
        };
        return $"ODCS has no key {Words.Quote(key)} here.{advice}";
    }
}

/// <summary>Forms of text.</summary>
internal static partial class Forms
{
    public static bool IsStableId(string text) => StableId().IsMatch(text);

    public static bool IsReference(string text) => Shorthand().IsMatch(text) || FullyQualified().IsMatch(text);

    public static bool IsShorthand(string text) => Shorthand().IsMatch(text);

    public static bool IsUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && text.StartsWith(uri.Scheme, StringComparison.OrdinalIgnoreCase)
        && !text.Any(c => c <= ' ' || c is '<' or '>' or '"' or '{' or '}' or '|' or '\\' or '^' or '`' || c > '~');

    public static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public static bool IsDateTime(string text) =>
        DateTimeForm().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);

    // The expressions are those of the published JSON Schema; \z for its $ keeps a last line feed out.
    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StableId();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shorthand();

    [GeneratedRegex(
        @"\A(?:(?:https?:\/\/)?[A-Za-z0-9._\-\/]+\.yaml#)?\/?[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+(?:\/[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+)*\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex FullyQualified();

    [GeneratedRegex(
        @"\A\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex DateTimeForm();
}
