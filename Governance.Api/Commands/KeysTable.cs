using System.Globalization;
using Governance.Api.Features.Keys;
using Governance.Masking.Keys;

namespace Governance.Api.Commands;

/// <summary>Keys as a table for people.</summary>
internal static class KeysTable
{
    public static async Task WriteAsync(IReadOnlyList<KeyInfo> keys, TextWriter output)
    {
        string[] head =
        [
            "id",
            "state",
            "added",
            "promoted",
            "retired",
            .. keys.SelectMany(key => key.Uses.Select(use => use.What)).Distinct(StringComparer.Ordinal),
        ];
        string[][] lines = [head, .. keys.Select(Line)];
        var widths = Enumerable.Range(0, head.Length).Select(at => lines.Max(line => line[at].Length)).ToArray();
        foreach (var line in lines)
        {
            var text = string.Join("  ", line.Select((cell, at) => cell.PadRight(widths[at])));
            await output.WriteLineAsync(text.TrimEnd());
        }
    }

    private static string[] Line(KeyInfo key) =>
        [
            key.Id.ToString(CultureInfo.InvariantCulture),
            KeyAnswer.Name(key.State),
            Time(key.AddedAt),
            Time(key.PromotedAt),
            Time(key.RetiredAt),
            .. key.Uses.Select(use => use.Count.ToString(CultureInfo.InvariantCulture)),
        ];

    private static string Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
}
