using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>
/// The text that is hashed: JSON without white space, members in a fixed order, details by ordinal order of their names, all
/// beyond ASCII escaped. One content has one text, and each byte of it counts.
/// </summary>
internal static class LedgerPayload
{
    /// <summary>Names the form; a change of it is a new number.</summary>
    public const int Version = 1;

    /// <summary>What the first entry has in place of a previous hash.</summary>
    public static string NoPrevious { get; } = new('0', 64);

    /// <summary>Writes the payload.</summary>
    public static string Write(long sequence, DateTimeOffset time, LedgerFact fact, string previous)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("sequence", sequence);
            json.WriteString(
                "time",
                time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
            );
            json.WriteString("actor", fact.Actor);
            json.WriteString("action", fact.Action);
            json.WriteString("target", fact.Target);
            json.WriteStartObject("details");
            foreach (var (name, value) in fact.Details)
            {
                json.WritePropertyName(name);
                switch (value)
                {
                    case long number:
                        json.WriteNumberValue(number);
                        break;
                    case bool truth:
                        json.WriteBooleanValue(truth);
                        break;
                    default:
                        json.WriteStringValue((string)value);
                        break;
                }
            }

            json.WriteEndObject();
            json.WriteString("previous", previous);
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    /// <summary>SHA-256 of the text's UTF-8 bytes, lower-case hex.</summary>
    public static string Hash(string payload) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payload)));
}
