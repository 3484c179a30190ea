using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using CsCheck;
using Governance.Masking.Contracts;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro;

/// <summary>The single values of <see cref="Everything"/>, with some that it lacks: records that become rows of single values.</summary>
internal static class FlatRecords
{
    private static readonly string[] s_kept =
    [
        "id",
        "flag",
        "small",
        "large",
        "single",
        "double",
        "secret_number",
        "blob",
        "mark",
        "colour",
        "born",
        "at_millis",
        "at_micros",
        "price",
        "weight",
        "reference",
        "maybe",
    ];

    /// <summary>The writer schema.</summary>
    public static string Schema { get; } = Reduce();

    /// <summary>The contract.</summary>
    public static Dataset Dataset { get; } =
        Dataset(
            "flat",
            "id",
            [
                .. Everything.Dataset.Columns.Where(column => s_kept.Contains(column.Name, StringComparer.Ordinal)),
                Public("clock"),
                Public("local"),
                Public("count"),
                Personal("hint", "drop"),
            ]
        );

    /// <summary>Records, written by Apache's Avro library.</summary>
    public static Gen<byte[]> Bodies { get; } =
        from whole in EverythingRecords.Records
        from clock in Gen.Int[0, 86_399_999]
        from local in Gen.Long[-10_000_000_000_000_000, 10_000_000_000_000_000]
        from count in Gen.Int
        from bare in Gen.Bool
        select EverythingRecords.Write(Record(whole, clock, local, count, bare));

    private static GenericRecord Record(GenericRecord whole, int clock, long local, int count, bool bare)
    {
        var record = new GenericRecord((RecordSchema)global::Avro.Schema.Parse(Schema));
        foreach (var name in s_kept)
        {
            record.Add(name, whole[name]);
        }

        record.Add("clock", TimeSpan.FromMilliseconds(clock));
        record.Add("local", bare ? null : DateTime.UnixEpoch.AddTicks(local * 10));
        record.Add("count", bare ? null : count);
        record.Add("hint", "dropped");
        return record;
    }

    private static string Reduce()
    {
        var schema = JsonNode.Parse(Everything.Schema)!;
        var fields = schema["fields"]!.AsArray();
        foreach (
            var field in fields
                .Where(field => !s_kept.Contains(field!["name"]!.GetValue<string>(), StringComparer.Ordinal))
                .ToArray()
        )
        {
            fields.Remove(field);
        }

        fields.Add(JsonNode.Parse("""{"name":"clock","type":{"type":"int","logicalType":"time-millis"}}"""));
        fields.Add(
            JsonNode.Parse(
                """{"name":"local","type":[{"type":"long","logicalType":"local-timestamp-micros"},"null"]}"""
            )
        );
        fields.Add(JsonNode.Parse("""{"name":"count","type":["null","int"]}"""));
        fields.Add(JsonNode.Parse("""{"name":"hint","type":"string"}"""));
        return schema.ToJsonString();
    }
}
