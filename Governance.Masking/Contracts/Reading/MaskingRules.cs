using System.Collections.Frozen;
using System.Collections.Immutable;
using Governance.Masking.Contracts.Yaml;
using Governance.Masking.Methods;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads <c>masking</c>: a method's name, or a mapping with <c>method</c> and its parameters.</summary>
/// <param name="methods">The methods of this version, by name.</param>
internal sealed class MaskingRules(IReadOnlyDictionary<string, IMaskingMethod> methods)
{
    /// <summary>Every method that the design knows; some may be missing in this version.</summary>
    public static FrozenSet<string> KnownWords { get; } =
        new[]
        {
            "surrogate",
            "seal",
            "token",
            "fpe",
            "digest",
            "partial",
            "generalize",
            "dateshift",
            "scrub",
            "redact",
            "drop",
            "plain",
        }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Methods that can mask an object or a list as a whole, as text.</summary>
    public static FrozenSet<string> OfComposites { get; } =
        new[] { "seal", "redact", "drop" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The rule as written; <see langword="null"/> where no known method can be read.</summary>
    public MaskingRule? Read(DocNode value, string path, FaultList faults)
    {
        var map = value as DocMap;
        var method = map is null ? value : map.Find("method");
        if (method is not DocScalar { Type: DocType.Text } word)
        {
            faults.Add(
                value,
                path,
                FaultCodes.BadMasking,
                "Write a method's name, or a mapping with 'method' and its parameters. Methods: " + Available() + "."
            );
            return null;
        }

        var methodPath = map is null ? path : DocPath.Key(path, "method");
        var parameters = ReadParameters(map, path, faults);
        if (methods.ContainsKey(word.Value))
        {
            return new MaskingRule(word.Value, parameters);
        }

        if (KnownWords.Contains(word.Value))
        {
            faults.Add(
                word,
                methodPath,
                FaultCodes.MethodUnavailable,
                $"The method '{word.Value}' is not available in this version. Available are: {Available()}."
            );
        }
        else
        {
            faults.Add(
                word,
                methodPath,
                FaultCodes.UnknownMethod,
                $"There is no method {Words.Quote(word.Value)}. Methods: {Available()}."
                    + Words.DidYouMean(word.Value, methods.Keys.Order(StringComparer.Ordinal))
            );
        }

        return null;
    }

    /// <summary>Lets the method judge its parameters.</summary>
    public void Validate(MaskingRule rule, Column column, Spot at, FaultList faults)
    {
        foreach (var message in methods[rule.Method].Validate(rule, column))
        {
            faults.Add(at.Line, at.Column, at.Path, FaultCodes.BadParameter, message);
        }
    }

    private static ImmutableDictionary<string, string> ReadParameters(DocMap? map, string path, FaultList faults)
    {
        var parameters = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in map?.Entries.Where(entry => entry.Key.Value != "method") ?? [])
        {
            if (entry.Value is DocScalar { Type: not DocType.Null } scalar)
            {
                parameters.Add(entry.Key.Value, scalar.Value);
            }
            else
            {
                faults.Add(
                    entry.Value,
                    DocPath.Key(path, entry.Key.Value),
                    FaultCodes.BadParameter,
                    $"A parameter is a single value, but this is {entry.Value.Kind}."
                );
            }
        }

        return parameters.ToImmutable();
    }

    private string Available() => Words.List(methods.Keys.Order(StringComparer.Ordinal));
}
