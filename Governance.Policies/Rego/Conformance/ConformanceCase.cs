using System.Text.Json;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Conformance;

/// <summary>A case of OPA's own suite.</summary>
internal sealed record ConformanceCase(
    string Note,
    string Query,
    IReadOnlyList<string> Modules,
    RegoValue Data,
    RegoValue? Input,
    string? InputTerm,
    RegoValue? WantResult,
    string? WantErrorCode,
    string? WantError,
    bool StrictError,
    bool SortBindings
)
{
    public bool WantsError => WantErrorCode is not null || WantError is not null;

    public static IReadOnlyList<ConformanceCase> ReadAll(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ConformanceCase Read(JsonElement one) =>
        new(
            Text(one, "note") ?? "",
            Text(one, "query") ?? "",
            one.TryGetProperty("modules", out var modules) && modules.ValueKind == JsonValueKind.Array
                ? [.. modules.EnumerateArray().Select(module => module.GetString()!)]
                : [],
            Value(one, "data") is ObjectValue data ? data : ObjectValue.Empty,
            Value(one, "input"),
            Text(one, "input_term"),
            Value(one, "want_result"),
            Text(one, "want_error_code"),
            Text(one, "want_error"),
            one.TryGetProperty("strict_error", out var strict) && strict.ValueKind == JsonValueKind.True,
            one.TryGetProperty("sort_bindings", out var sort) && sort.ValueKind == JsonValueKind.True
        );

    private static string? Text(JsonElement one, string name) =>
        one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static RegoValue? Value(JsonElement one, string name) =>
        one.TryGetProperty(name, out var value) ? RegoValue.FromJson(value.GetRawText()) : null;
}
