using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>One method of an API.</summary>
internal sealed class Route
{
    private readonly Regex _path;

    /// <summary>Makes one.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, with places in braces.</param>
    /// <param name="operation">Google's method id.</param>
    /// <param name="handler">Gives the body of the answer; null for 204.</param>
    public Route(string method, string path, string operation, Func<Call, Task<JsonObject?>> handler)
    {
        Method = method;
        Operation = operation;
        Handler = handler;
        var pattern = string.Concat(
            path.Split('{', '}').Select((part, index) => index % 2 is 0 ? Regex.Escape(part) : $"(?<{part}>[^/:]+)")
        );
        _path = new Regex($"^{pattern}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    public string Method { get; }

    public string Operation { get; }

    public Func<Call, Task<JsonObject?>> Handler { get; }

    /// <summary>The published type of its parameters (see <see cref="PublishedFields"/>); null where it has none.</summary>
    public string? Parameters { get; init; }

    /// <summary>The published type of its body; null where it has none.</summary>
    public string? Request { get; init; }

    /// <summary>The names of its body's fields, for an API whose types are not read from Google's client.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>The published type of its answer; null where the answer is empty, or of another API.</summary>
    public string? Response { get; init; }

    /// <summary>What the places of a path hold; null where the path is another one.</summary>
    public IReadOnlyDictionary<string, string>? Match(string method, string path)
    {
        if (method != Method || _path.Match(path) is not { Success: true } match)
        {
            return null;
        }

        return _path
            .GetGroupNames()
            .Where(name => !char.IsAsciiDigit(name[0]))
            .ToDictionary(
                name => name,
                name => Uri.UnescapeDataString(match.Groups[name].Value),
                StringComparer.Ordinal
            );
    }
}
