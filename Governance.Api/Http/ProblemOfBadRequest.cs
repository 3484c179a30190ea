using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Governance.Api.Http;

/// <summary>
/// Problems for requests that ASP.NET could not bind. Its messages and those of the JSON reader quote values, so only the
/// place is taken from them.
/// </summary>
internal static partial class ProblemOfBadRequest
{
    private static readonly Problem MissingBody = new(
        StatusCodes.Status400BadRequest,
        "missing_body",
        "The request is wrong.",
        "The request has no body.",
        "Send a JSON object, as /openapi/v1.json describes it."
    );

    private static readonly FrozenSet<string> MemberNames = typeof(ProblemOfBadRequest)
        .Assembly.GetTypes()
        .SelectMany(type => type.GetProperties())
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static Problem Create(BadHttpRequestException exception)
    {
        if (exception.StatusCode != StatusCodes.Status400BadRequest)
        {
            return ProblemOfStatus.Create(exception.StatusCode);
        }

        if (exception.InnerException is JsonException json)
        {
            return Json(json);
        }

        if (ParameterPattern.Match(exception.Message) is { Success: true } match)
        {
            var name = match.Groups["name"].Value;
            return match.Groups["source"].Value.StartsWith("body", StringComparison.Ordinal)
                ? MissingBody
                : Of(
                    "invalid_parameter",
                    "A parameter is missing or cannot be read.",
                    new Fault(name, "invalid_parameter", "Write it as /openapi/v1.json describes it.")
                );
        }

        return exception.Message.StartsWith("Implicit body inferred", StringComparison.Ordinal)
            ? MissingBody
            : ProblemOfStatus.Create(exception.StatusCode);
    }

    private static Problem Json(JsonException json)
    {
        int? line = json.LineNumber is { } number and < int.MaxValue ? (int)number + 1 : null;
        int? column = json.BytePositionInLine is { } position and < int.MaxValue ? (int)position + 1 : null;
        return Of(
            "invalid_json",
            "The body is not the JSON that is expected here.",
            new Fault(
                SafePath(json.Path),
                "invalid_json",
                "The JSON is malformed here, or has a member, type or word that is not known here, or lacks one that is required.",
                line,
                column
            )
        );
    }

    /// <summary>The path as far as it is made of names that requests have: a client may have put a value in a name's place.</summary>
    internal static string SafePath(string? path)
    {
        if (path is null)
        {
            return "$";
        }

        var end = 0;
        foreach (Match part in PathPartPattern.Matches(path))
        {
            if (
                part.Index != end
                || (part.Groups["name"] is { Success: true } name && !MemberNames.Contains(name.Value))
            )
            {
                break;
            }

            end += part.Length;
        }

        return path[..end];
    }

    private static Problem Of(string code, string detail, Fault fault) =>
        new(
            StatusCodes.Status400BadRequest,
            code,
            "The request is wrong.",
            detail,
            "Mend what the faults name; /openapi/v1.json describes the request.",
            [fault]
        );

    [GeneratedRegex(@"\$|\.(?<name>[A-Za-z0-9_]{1,40})|\[[0-9]+\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathPartPattern { get; }

    [GeneratedRegex(
        "^(Failed to bind parameter|Required parameter) \"\\S+ (?<name>[A-Za-z0-9_]+)\" (was not provided )?from (?<source>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1000
    )]
    private static partial Regex ParameterPattern { get; }
}
