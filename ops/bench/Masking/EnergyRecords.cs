using System.Globalization;
using Avro;
using Avro.Generic;
using Avro.IO;
using Governance.Bench.Measuring;

namespace Governance.Bench.Masking;

/// <summary>Meter readings as a supplier's smart meter gateway would send them, written by Apache's Avro library.</summary>
internal sealed class EnergyRecords
{
    private const string Fifteen = """
        { "name": "event_id", "type": "string" },
        { "name": "occurred_at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
        { "name": "kind", "type": { "type": "enum", "name": "ReadingKind", "symbols": ["SMART", "MANUAL", "ESTIMATED"] } },
        { "name": "customer_id", "type": "string" },
        { "name": "account_number", "type": "string" },
        { "name": "name", "type": "string" },
        { "name": "email", "type": "string" },
        { "name": "phone", "type": "string" },
        { "name": "mpan", "type": "string" },
        { "name": "supply_area", "type": "string" },
        { "name": "tariff", "type": "string" },
        { "name": "device", "type": ["null", "string"] },
        { "name": "register_kwh", "type": "double" },
        { "name": "consumption_kwh", "type": "double" },
        { "name": "source", "type": "string" }
        """;

    private const string Rest = """
        ,
        { "name": "half_hours_kwh", "type": { "type": "array", "items": "double" } },
        { "name": "tariff_terms", "type": "string" },
        { "name": "firmware_digest", "type": { "type": "fixed", "name": "Digest", "size": 32 } },
        { "name": "standing_charge", "type": { "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 4 } }
        """;

    private const string Terms =
        "Electricity is charged at the unit rate of the period in which it was used, and at the standing charge for each day of "
        + "supply. Rates change on the first of January, April, July and October. There is no exit fee. Readings that a meter did "
        + "not send are estimated from the readings of the same days of the year before.";

    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private EnergyRecords(string schema, byte[] bytes, int[] ends)
    {
        SchemaText = schema;
        _bytes = bytes;
        _ends = ends;
    }

    /// <summary>The writer schema.</summary>
    public string SchemaText { get; }

    /// <summary>How many records there are.</summary>
    public int Count => _ends.Length;

    /// <summary>Bytes of a record, on average.</summary>
    public double AverageLength => _bytes.Length / (double)_ends.Length;

    /// <summary>A record's bytes.</summary>
    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsMemory(start, _ends[index] - start);
        }
    }

    /// <summary>Records of customers by chance.</summary>
    /// <param name="large">About 1,000 bytes instead of 270.</param>
    /// <param name="count">How many records.</param>
    /// <param name="customers">How many customers there are to choose from.</param>
    public static EnergyRecords Make(bool large, int count, int customers)
    {
        var text =
            $$"""{"type":"record","name":"MeterReading","namespace":"energy","fields":[{{Fifteen}}{{(large ? Rest : "")}}]}""";
        var schema = (RecordSchema)Schema.Parse(text);
        var writer = new GenericDatumWriter<GenericRecord>(schema);
        using var stream = new MemoryStream();
        var encoder = new BinaryEncoder(stream);
        var ends = new int[count];
        var dice = new Dice(42);
        for (var index = 0; index < count; index++)
        {
            writer.Write(Record(schema, Customer.Of(dice.Below(customers)), dice), encoder);
            ends[index] = (int)stream.Position;
        }

        return new EnergyRecords(text, stream.ToArray(), ends);
    }

    private static GenericRecord Record(RecordSchema schema, Customer customer, Dice dice)
    {
        var record = new GenericRecord(schema);
        record.Add("event_id", new Guid(dice.Bytes(16)).ToString());
        record.Add("occurred_at", DateTime.UnixEpoch.AddMilliseconds(1_764_000_000_000 + dice.Below(int.MaxValue)));
        record.Add("kind", new GenericEnum((EnumSchema)schema["kind"].Schema, dice.Of("SMART", "MANUAL", "ESTIMATED")));
        record.Add("customer_id", customer.Id);
        record.Add("account_number", customer.Account);
        record.Add("name", customer.Name);
        record.Add("email", customer.Email);
        record.Add("phone", customer.Phone);
        record.Add("mpan", customer.MeterPoint);
        record.Add("supply_area", dice.Of("Eastern England", "South Wales", "North Scotland", "London"));
        record.Add("tariff", dice.Of("Standard Variable 2026", "Fixed 24 Months v7", "Economy 7 Night Saver"));
        record.Add(
            "device",
            dice.Below(8) == 0
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Landis+Gyr E470 19M{dice.Below(10_000_000):D7}, firmware 4.02.{dice.Below(100):D2}"
                )
        );
        record.Add("register_kwh", dice.Below(100_000_000) / 1000.0);
        record.Add("consumption_kwh", dice.Below(40_000) / 1000.0);
        record.Add("source", dice.Of("smart-meter-gateway/eu-west-2a/7", "smart-meter-gateway/eu-west-2b/4"));
        if (schema.Fields.Count > 15)
        {
            record.Add(
                "half_hours_kwh",
                Enumerable.Range(0, 48).Select(_ => (object)(dice.Below(3_000) / 1000.0)).ToArray()
            );
            record.Add("tariff_terms", Terms);
            record.Add(
                "firmware_digest",
                new GenericFixed((FixedSchema)schema["firmware_digest"].Schema, dice.Bytes(32))
            );
            record.Add("standing_charge", new AvroDecimal(dice.Below(1_000_000), 4));
        }

        return record;
    }
}
