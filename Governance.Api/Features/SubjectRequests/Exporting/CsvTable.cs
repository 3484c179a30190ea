using System.Text;
using System.Text.Json.Nodes;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>Rows as CSV (RFC 4180): fields of records are columns of their own, named by their path; lists are JSON.</summary>
internal static class CsvTable
{
    /// <summary>Writes it, with a line of names.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<JsonObject> rows)
    {
        var flat = rows.Select(Flatten).ToArray();
        var names = flat.SelectMany(row => row.Keys).Distinct(StringComparer.Ordinal).ToArray();
        WriteLine(writer, names);
        foreach (var row in flat)
        {
            WriteLine(writer, names.Select(name => row.GetValueOrDefault(name) ?? ""));
        }
    }

    private static void WriteLine(TextWriter writer, IEnumerable<string> cells)
    {
        writer.Write(string.Join(',', cells.Select(Quoted)));
        writer.Write("\r\n");
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n")
            ? new StringBuilder("\"").Append(cell).Replace("\"", "\"\"", 1, cell.Length).Append('"').ToString()
            : cell;

    private static Dictionary<string, string> Flatten(JsonObject row)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten(row, "", cells);
        return cells;
    }

    private static void Flatten(JsonObject record, string prefix, Dictionary<string, string> cells)
    {
        foreach (var (name, value) in record)
        {
            if (value is JsonObject { Count: > 0 } inner)
            {
                Flatten(inner, $"{prefix}{name}.", cells);
            }
            else
            {
                cells[prefix + name] = value switch
                {
                    null => "",
                    JsonValue one => one.ToString(),
                    _ => value.ToJsonString(),
                };
            }
        }
    }
}
