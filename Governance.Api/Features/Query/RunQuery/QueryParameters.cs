using System.Globalization;
using System.Text.Json;
using Governance.Api.Http;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>Parameters of a query, by type of their JSON.</summary>
internal static class QueryParameters
{
    private const int Most = 100;

    public static Result<IReadOnlyDictionary<string, object?>> Read(JsonElement? sent)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        (string Name, string Path, JsonElement Value)[] parameters = sent switch
        {
            null or { ValueKind: JsonValueKind.Null } => [],
            { ValueKind: JsonValueKind.Array } array =>
            [
                .. array
                    .EnumerateArray()
                    .Select(
                        (value, at) =>
                            (Text(at + 1), string.Create(CultureInfo.InvariantCulture, $"parameters[{at}]"), value)
                    ),
            ],
            // Names are the client's words: the path says the place among them.
            { ValueKind: JsonValueKind.Object } named =>
            [
                .. named.EnumerateObject().Select((one, at) => (one.Name, $"parameters[{Text(at)}]", one.Value)),
            ],
            _ => [("", "parameters", sent.Value)],
        };
        var faults = new List<Fault>();
        foreach (var (name, path, value) in parameters)
        {
            if (name.Length == 0 || parameters.Length > Most || !TryRead(value, out var read))
            {
                faults.Add(
                    new Fault(
                        path,
                        "parameter_refused",
                        $"Send an array or an object of texts, numbers, truth values or nulls, at most {Most}."
                    )
                );
                continue;
            }

            values[name] = read;
        }

        return faults.Count == 0
            ? values
            : Failure.Invalid(
                "invalid_parameters",
                "A parameter cannot be sent.",
                "Send lists as several parameters, and times as text.",
                faults
            );
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryRead(JsonElement value, out object? read)
    {
        read = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number when value.TryGetDecimal(out var exact) => exact,
            JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
            _ => null,
        };
        return read is not null || value.ValueKind is JsonValueKind.Null;
    }
}
