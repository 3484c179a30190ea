using System.Text.RegularExpressions;

namespace Governance.Masking.Contracts.Yaml;

/// <summary>What plain scalars mean: YAML 1.2.2, section 10.3.2 (core schema). <c>yes</c> and <c>2024-01-01</c> are text there.</summary>
internal static partial class CoreSchema
{
    public static DocType Resolve(string value) =>
        value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => DocType.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => DocType.Boolean,
            _ when Integer().IsMatch(value) => DocType.Integer,
            _ when Number().IsMatch(value) => DocType.Number,
            _ => DocType.Text,
        };

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Number();
}
