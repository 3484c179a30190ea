using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Governance.Api.Features.Access.Deciding;

/// <summary>How long, as people and programs write it: <c>P30D</c>, <c>PT8H</c> (ISO 8601), <c>30d</c>, <c>8h</c>, <c>08:00:00</c>.</summary>
internal static partial class Duration
{
    public const string Forms = "Write it as PT8H, P30D, 8h, 30d or 08:00:00.";

    /// <summary>Reads it; <see langword="null"/> where it is none, or not above zero.</summary>
    public static TimeSpan? Read(string text)
    {
        try
        {
            var span =
                Short.Match(text) is { Success: true } match ? Of(match)
                : text.StartsWith('P') ? XmlConvert.ToTimeSpan(text)
                : TimeSpan.ParseExact(text, ["c", @"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture);
            return span > TimeSpan.Zero ? span : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static TimeSpan Of(Match match)
    {
        var count = long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "s" => TimeSpan.FromSeconds(count),
            "m" => TimeSpan.FromMinutes(count),
            "h" => TimeSpan.FromHours(checked((int)count)),
            "d" => TimeSpan.FromDays(checked((int)count)),
            _ => TimeSpan.FromDays(checked((int)(count * 7))),
        };
    }

    [GeneratedRegex(@"\A(?<count>[0-9]{1,9})(?<unit>[smhdw])\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Short { get; }
}
