using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Governance.Masking.Kafka;

/// <summary>
/// Masks the keys of messages by the rule of a column, so that the key of a masked record does not name whom it is about. Keys that were
/// equal stay equal, and stay in one partition, where the rule keeps equality (<c>surrogate</c>, <c>token</c>, <c>digest</c>). Safe for concurrent callers.
/// </summary>
/// <param name="masker">Masks.</param>
/// <param name="dataset">The dataset's name in its contract.</param>
/// <param name="column">A column of the record's root, by its name: the one that the key repeats.</param>
public sealed class MaskingKeySerializer(IMasker masker, string dataset, string column) : IAsyncSerializer<string?>
{
    /// <summary>Masks.</summary>
    /// <returns>The masked key as UTF-8 text; <see langword="null"/> where there is no key.</returns>
    /// <exception cref="UnmaskableRecordException">
    /// The key cannot be masked by this column's rule, such as <c>drop</c>, or <c>seal</c>, which takes the whole record.
    /// </exception>
    public async Task<byte[]> SerializeAsync(string? data, SerializationContext context)
    {
        if (data is null)
        {
            return null!;
        }

        var record = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(StringComparer.Ordinal) { [column] = data }
        );
        using var masked = JsonDocument.Parse(await masker.MaskJsonAsync(dataset, record));
        return masked.RootElement.TryGetProperty(column, out var value) && value.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(value.GetString()!)
            : throw new UnmaskableRecordException(
                Avro.EventFaults.PlanRefused,
                "the rule of the key's column does not leave a text that a key could be"
            );
    }
}
