using System.Text.Json.Nodes;
using Avro.Generic;

namespace Governance.Tests.Support;

/// <summary>Records of Apache's Avro library as the plain JSON that a producer would write.</summary>
internal static class RecordJson
{
    public static JsonNode? Of(object? value) =>
        value switch
        {
            null => null,
            GenericRecord record => new JsonObject(
                record.Schema.Fields.Select(field => KeyValuePair.Create(field.Name, Of(record.GetValue(field.Pos))))
            ),
            GenericFixed bytes => Convert.ToHexStringLower(bytes.Value),
            byte[] bytes => Convert.ToHexStringLower(bytes),
            GenericEnum symbol => symbol.Value,
            DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyy-MM-dd"),
            DateTime instant => instant.ToString("O"),
            global::Avro.AvroDecimal number => number.ToString(),
            Guid uuid => uuid.ToString(),
            string text => text,
            float number => float.IsFinite(number) ? number : number.ToString(),
            double number => double.IsFinite(number) ? number : number.ToString(),
            System.Collections.IDictionary map => new JsonObject(
                map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Of(map[key])))
            ),
            System.Collections.IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Of)]),
            _ => JsonValue.Create(value),
        };
}
