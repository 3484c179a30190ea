using System.Globalization;
using Avro;
using Avro.Generic;
using Governance.Masking.Contracts;

namespace Governance.Tests.Support;

/// <summary>
/// Fills every personal field of a dataset with a value that occurs nowhere else, and remembers what must not be found
/// afterwards. Identifiers are the same in all datasets, so that the records are one person's.
/// </summary>
internal sealed class CanaryMarkers
{
    public const string CustomerId = "ZQX9001CANARY";
    public const string Email = "zqx9002.canary@marker.example";
    public const string Phone = "+447700909003";
    public const string AccountNumber = "ZQX9004CANARYACCOUNT";
    public const string Mpan = "9900000909005";
    public const string AddressId = "ZQX9006CANARYADDRESS";

    /// <summary>What archives are encrypted to.</summary>
    public const string Passphrase = "zqx9008-canary-passphrase";

    private static readonly Dictionary<string, string> Identifiers = new(StringComparer.Ordinal)
    {
        ["customer_id"] = CustomerId,
        ["email"] = Email,
        ["phone"] = Phone,
        ["account_number"] = AccountNumber,
        ["mpan"] = Mpan,
        ["address_id"] = AddressId,
    };

    private readonly HashSet<string> _mustNotBeFound = new([Passphrase], StringComparer.Ordinal);
    private int _next = 100_000;

    /// <summary>What must not be found.</summary>
    public IReadOnlyCollection<string> MustNotBeFound => _mustNotBeFound;

    /// <summary>A record of a dataset with a marker in every personal field.</summary>
    public GenericRecord Record(Dataset dataset, RecordSchema schema) => Record(schema, dataset.Columns, whole: null);

    private GenericRecord Record(RecordSchema schema, IEnumerable<Column> columns, Column? whole)
    {
        var record = new GenericRecord(schema);
        foreach (var field in schema.Fields)
        {
            var column = whole ?? columns.Single(column => column.Name == field.Name);
            record.Add(field.Name, Value(field.Schema, column));
        }

        return record;
    }

    private object? Value(Schema schema, Column column)
    {
        // A composite with a rule of its own is masked whole: everything in it is as personal as itself.
        var whole = column.Masking is not null && column.Masking.Method != "plain" ? column : null;
        return schema switch
        {
            UnionSchema union => Value(union.Schemas.Last(branch => branch.Tag != Schema.Type.Null), column),
            RecordSchema record => Record(record, column.Children, whole),
            ArraySchema array => new[] { Value(array.ItemSchema, whole ?? column.Children[0])! },
            MapSchema map => column.Children.ToDictionary(
                key => key.Name,
                key => Value(map.ValueSchema, whole ?? key)!,
                StringComparer.Ordinal
            ),
            EnumSchema symbols => new GenericEnum(symbols, symbols.Symbols[0]),
            LogicalSchema logical => Logical(logical, column),
            FixedSchema size => new GenericFixed(
                size,
                Marked(column, Text()[..size.Size], System.Text.Encoding.ASCII.GetBytes)
            ),
            _ => Primitive(schema.Tag, column),
        };
    }

    private object Primitive(Schema.Type type, Column column)
    {
        if (column.Identifier is { } domain)
        {
            return Marked(column, Identifiers[domain], text => text);
        }

        return type switch
        {
            Schema.Type.String => column.Masking?.Parameters.GetValueOrDefault("keep") == "outward"
                ? Marked(column, "ZQ9 8QX", text => text)
                : Marked(column, Text(), text => text),
            Schema.Type.Bytes => Marked(column, Text(), System.Text.Encoding.ASCII.GetBytes),
            Schema.Type.Boolean => true,
            Schema.Type.Int => Marked(column, Digits(), text => int.Parse(text, CultureInfo.InvariantCulture)),
            Schema.Type.Long => Marked(column, Digits(), text => long.Parse(text, CultureInfo.InvariantCulture)),
            Schema.Type.Double => Marked(
                column,
                "98." + Digits(),
                text => double.Parse(text, CultureInfo.InvariantCulture)
            ),
            _ => throw new NotSupportedException($"No marker for {type}."),
        };
    }

    private object Logical(LogicalSchema schema, Column column) =>
        schema.LogicalTypeName switch
        {
            "uuid" => Guid.Parse("9e0c7f2a-0000-4000-8000-000000000001"),
            "date" => Marked(
                column,
                "1907-03-17",
                text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            ),
            "decimal" => new AvroDecimal(1_234, int.Parse(schema.GetProperty("scale"), CultureInfo.InvariantCulture)),
            "timestamp-millis" or "timestamp-micros" => new DateTime(2026, 3, 17, 13, 37, 42, DateTimeKind.Utc),
            var other => throw new NotSupportedException($"No marker for {other}."),
        };

    private T Marked<T>(Column column, string text, Func<string, T> convert)
    {
        if (column.IsPersonal && column.Masking?.Method != "plain")
        {
            _mustNotBeFound.Add(text);
        }

        return convert(text);
    }

    private string Text() => $"ZQX{_next++}CANARY";

    private string Digits() => (9_870_000_00 + _next++).ToString(CultureInfo.InvariantCulture);
}
