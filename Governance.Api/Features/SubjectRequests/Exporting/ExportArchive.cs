using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>Writes tables into a ZIP, one after the other, so that one at a time is in memory; it is encrypted below, piece by piece.</summary>
internal sealed class ExportArchive(Stream below, DateTimeOffset writtenAt) : IDisposable
{
    private static readonly JsonWriterOptions s_indented = new()
    {
        Indented = true,
        // Files for people and programs, not for a page: a + stays one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly ZipArchive _zip = new(below, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Adds a table, as JSON and as CSV.</summary>
    public void Add(OpenedTable table)
    {
        using (var entry = Open($"data/{table.Dataset.Name}.json"))
        using (var json = new Utf8JsonWriter(entry, s_indented))
        {
            json.WriteStartArray();
            foreach (var row in table.Rows)
            {
                row.WriteTo(json);
            }

            json.WriteEndArray();
        }

        using var csv = new StreamWriter(Open($"data/{table.Dataset.Name}.csv"), s_utf8);
        CsvTable.Write(csv, table.Rows);
    }

    /// <summary>Adds a page.</summary>
    public void AddText(string name, string text)
    {
        using var writer = new StreamWriter(Open(name), s_utf8);
        writer.Write(text);
    }

    /// <summary>Adds a description for machines.</summary>
    public void AddJson(string name, JsonObject content)
    {
        using var entry = Open(name);
        using var json = new Utf8JsonWriter(entry, s_indented);
        content.WriteTo(json);
    }

    public void Dispose() => _zip.Dispose();

    private Stream Open(string name)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = writtenAt;
        return entry.Open();
    }
}
