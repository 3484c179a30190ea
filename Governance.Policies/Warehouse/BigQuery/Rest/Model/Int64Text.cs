using System.Globalization;
using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A 64-bit number, which BigQuery's JSON writes as text.</summary>
internal sealed class Int64Text : JsonConverter<long?>
{
    public override long? ReadJson(
        JsonReader reader,
        Type objectType,
        long? existingValue,
        bool hasExistingValue,
        JsonSerializer serializer
    ) => reader.Value is null ? null : Convert.ToInt64(reader.Value, CultureInfo.InvariantCulture);

    public override void WriteJson(JsonWriter writer, long? value, JsonSerializer serializer) =>
        writer.WriteValue(value?.ToString(CultureInfo.InvariantCulture));
}
