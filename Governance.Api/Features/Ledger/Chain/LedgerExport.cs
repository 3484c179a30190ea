using System.Text.Encodings.Web;
using System.Text.Json;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>
/// The ledger as text: one entry a line, JSON with sequence, payload and hash. One entry has one line, so that each byte of an
/// export counts.
/// </summary>
internal static class LedgerExport
{
    public const string ContentType = "application/x-ndjson";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The entry's line, without its end.</summary>
    public static string Line(LedgerEntry entry) => JsonSerializer.Serialize(entry, Json);

    /// <summary>Reads a line; <see langword="null"/> where it is not what <see cref="Line"/> writes.</summary>
    public static LedgerEntry? Read(string line)
    {
        try
        {
            var entry = JsonSerializer.Deserialize<LedgerEntry>(line, Json);
            return
                entry is { Payload: not null, Hash: not null }
                && string.Equals(Line(entry), line, StringComparison.Ordinal)
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
