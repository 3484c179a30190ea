using Avro;
using Avro.Generic;
using Avro.IO;
using CsCheck;

namespace Governance.Tests.Avro;

/// <summary>Random records of <see cref="Everything.Schema"/>, written by Apache's Avro library.</summary>
internal static class EverythingRecords
{
    private static readonly RecordSchema Schema = (RecordSchema)global::Avro.Schema.Parse(Everything.Schema);
    private static readonly Gen<string> Text = Gen.Char["abcdeéß漢 '\"\\{}0123456789"]
        .Array[8, 24]
        .Select(c => new string(c) + "§");
    private static readonly Gen<string> Phone = Gen.Int[0, 99_999].Select(n => $"+4477009{n:D5}");

    private static readonly Gen<string?> Optional = Gen.OneOf(
        Gen.Const((string?)null),
        Text.Select(text => (string?)text)
    );

    public static Gen<GenericRecord> Records { get; } =
        from id in Gen.Int[1, 50].Select(n => $"C-{n:D6}")
        from flag in Gen.Bool
        from small in Gen.Int
        from large in Gen.Long
        from single in Gen.Float
        from real in Gen.Double
        from secret in Gen.OneOf<object?>(
            Gen.Const((object?)null),
            Gen.Long.Select(n => (object?)n),
            Text.Select(s => (object?)s),
            Gen.Double.Select(d => (object?)d)
        )
        from blob in Gen.Byte.Array[0, 20]
        from mark in Gen.Byte.Array[4]
        from colour in Gen.Bool.Select(green => green ? "GREEN" : "RED")
        from days in Gen.Int[-30_000, 30_000]
        from millis in Gen.Long[-10_000_000_000_000, 10_000_000_000_000]
        from micros in Gen.Long[-10_000_000_000_000_000, 10_000_000_000_000_000]
        from unscaled in Gen.Long[-999_999_999_999, 999_999_999_999]
        from weight in Gen.Long[-999_999_999_999_999_999, 999_999_999_999_999_999]
        from reference in Gen.Guid
        from maybe in Optional
        from either in Gen.OneOf<object?>(
            Gen.Const((object?)null),
            Text.Select(s => (object?)s),
            Gen.Long.Select(n => (object?)n)
        )
        from given in Text
        from nick in Optional
        from shoe in Gen.Int[1, 60]
        from phones in Phone.Array[0, 4]
        from numbers in Gen.Long.Array[0, 5]
        from dream in Optional
        from hidden in Text.Array[0, 3]
        from gone in Text.Array[0, 2]
        select Record(
            Schema,
            ("id", id),
            ("flag", flag),
            ("small", small),
            ("large", large),
            ("single", single),
            ("double", real),
            ("secret_number", secret),
            ("blob", blob),
            ("mark", new GenericFixed(Fixed("mark"), mark)),
            ("colour", new GenericEnum((EnumSchema)Schema["colour"].Schema, colour)),
            ("born", new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(days)),
            ("at_millis", DateTime.UnixEpoch.AddMilliseconds(millis)),
            ("at_micros", DateTime.UnixEpoch.AddTicks(micros * 10)),
            ("price", new AvroDecimal(unscaled, 3)),
            ("weight", new AvroDecimal(weight, 0)),
            ("reference", reference),
            ("maybe", maybe),
            ("either", either),
            ("person", Record((RecordSchema)Schema["person"].Schema, ("given", given), ("nick", nick), ("shoe", shoe))),
            (
                "contacts",
                phones.Select(phone => Record(Contact, ("kind", "MOBILE"), ("number", phone))).ToArray<object>()
            ),
            ("numbers", numbers.Cast<object>().ToArray()),
            (
                "wishes",
                dream is null
                    ? new Dictionary<string, object>(StringComparer.Ordinal)
                    : new Dictionary<string, object>(StringComparer.Ordinal) { ["colour"] = "blue", ["dream"] = dream }
            ),
            (
                "hidden",
                hidden
                    .Select(
                        (text, index) =>
                            (Key: $"key{index}", Value: (object)Record(Contact, ("kind", "X"), ("number", text)))
                    )
                    .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
            ),
            (
                "gone",
                gone.Length == 0
                    ? null
                    : gone.Select(text =>
                            Record(
                                (RecordSchema)((ArraySchema)((UnionSchema)Schema["gone"].Schema).Schemas[1]).ItemSchema,
                                ("given", text),
                                ("nick", null),
                                ("shoe", 1)
                            )
                        )
                        .ToArray<object>()
            )
        );

    public static byte[] Write(GenericRecord record)
    {
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(record.Schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    private static RecordSchema Contact => (RecordSchema)((ArraySchema)Schema["contacts"].Schema).ItemSchema;

    private static FixedSchema Fixed(string field) => (FixedSchema)Schema[field].Schema;

    private static GenericRecord Record(RecordSchema schema, params (string Name, object? Value)[] fields)
    {
        var record = new GenericRecord(schema);
        foreach (var (name, value) in fields)
        {
            record.Add(name, value);
        }

        return record;
    }
}
