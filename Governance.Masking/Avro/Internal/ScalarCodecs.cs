using System.Globalization;
using System.Text;
using Avro;

namespace Governance.Masking.Avro.Internal;

/// <summary>Picks the codec of a single value's Avro type, logical types included.</summary>
internal static class ScalarCodecs
{
    private const int MaximumPrecision = 38;

    /// <summary>The codec; <see langword="null"/> for records, arrays, maps, unions and null.</summary>
    /// <exception cref="UnsupportedTypeException">A single value that no column can hold.</exception>
    public static ScalarCodec? For(Schema schema) =>
        schema switch
        {
            LogicalSchema logical => ForLogical(logical),
            FixedSchema { Size: var size } => new(
                new ScalarType(ScalarKind.Bytes),
                WireType.Fixed,
                size,
                TimeUnit.None,
                []
            ),
            EnumSchema symbols => new(
                ScalarType.Text,
                WireType.Enum,
                0,
                TimeUnit.None,
                [.. symbols.Symbols.Select(Encoding.UTF8.GetBytes)]
            ),
            PrimitiveSchema primitive => ForPrimitive(primitive.Tag),
            _ => null,
        };

    /// <summary>The codec of a masked value: the plain value's own where the type is kept, else the type's plainest.</summary>
    public static ScalarCodec ForMasked(ScalarType masked, ScalarCodec? plain) =>
        plain is not null && plain.Holds(masked) ? plain : For(masked);

    private static ScalarCodec For(ScalarType type) =>
        type.Kind switch
        {
            ScalarKind.Text => Of(type.Kind, WireType.Text),
            ScalarKind.Bytes => Of(type.Kind, WireType.Bytes),
            ScalarKind.Boolean => Of(type.Kind, WireType.Boolean),
            ScalarKind.Int32 => Of(type.Kind, WireType.Int),
            ScalarKind.Int64 => Of(type.Kind, WireType.Long),
            ScalarKind.Float => Of(type.Kind, WireType.Float),
            ScalarKind.Double => Of(type.Kind, WireType.Double),
            ScalarKind.Decimal => new ScalarCodec(type, WireType.Bytes, 0, TimeUnit.None, []),
            ScalarKind.Date => Of(type.Kind, WireType.Int),
            ScalarKind.Time => Of(type.Kind, WireType.Long, TimeUnit.Microseconds),
            ScalarKind.Timestamp => Of(type.Kind, WireType.Long, TimeUnit.Microseconds),
            ScalarKind.LocalTimestamp => Of(type.Kind, WireType.Long, TimeUnit.Microseconds),
            ScalarKind.Uuid => Of(type.Kind, WireType.Text),
            _ => throw new UnsupportedTypeException(
                $"a masked value of type {type.Kind} has no place in an Avro record"
            ),
        };

    private static ScalarCodec? ForPrimitive(Schema.Type type) =>
        type switch
        {
            Schema.Type.Boolean => Of(ScalarKind.Boolean, WireType.Boolean),
            Schema.Type.Int => Of(ScalarKind.Int32, WireType.Int),
            Schema.Type.Long => Of(ScalarKind.Int64, WireType.Long),
            Schema.Type.Float => Of(ScalarKind.Float, WireType.Float),
            Schema.Type.Double => Of(ScalarKind.Double, WireType.Double),
            Schema.Type.Bytes => Of(ScalarKind.Bytes, WireType.Bytes),
            Schema.Type.String => Of(ScalarKind.Text, WireType.Text),
            _ => null,
        };

    private static ScalarCodec? ForLogical(LogicalSchema schema) =>
        schema.LogicalTypeName switch
        {
            "decimal" => ForDecimal(schema),
            "uuid" when schema.BaseSchema is FixedSchema { Size: 16 } => new(
                ScalarType.Uuid,
                WireType.Fixed,
                16,
                TimeUnit.None,
                []
            ),
            "uuid" => Of(ScalarKind.Uuid, WireType.Text),
            "date" => Of(ScalarKind.Date, WireType.Int),
            "time-millis" => Of(ScalarKind.Time, WireType.Int, TimeUnit.Milliseconds),
            "time-micros" => Of(ScalarKind.Time, WireType.Long, TimeUnit.Microseconds),
            "timestamp-millis" => Of(ScalarKind.Timestamp, WireType.Long, TimeUnit.Milliseconds),
            "timestamp-micros" => Of(ScalarKind.Timestamp, WireType.Long, TimeUnit.Microseconds),
            "local-timestamp-millis" => Of(ScalarKind.LocalTimestamp, WireType.Long, TimeUnit.Milliseconds),
            "local-timestamp-micros" => Of(ScalarKind.LocalTimestamp, WireType.Long, TimeUnit.Microseconds),
            // By Avro's rule a logical type that a reader does not know is its base type.
            _ => For(schema.BaseSchema),
        };

    private static ScalarCodec ForDecimal(LogicalSchema schema)
    {
        var precision = Property(schema, "precision");
        var scale = Property(schema, "scale");
        if (precision is < 1 or > MaximumPrecision || scale < 0 || scale > precision)
        {
            throw new UnsupportedTypeException(
                $"decimal({precision},{scale}) does not fit a column: use a precision of 1 to {MaximumPrecision} and a scale within it"
            );
        }

        var type = new ScalarType(ScalarKind.Decimal, precision, scale);
        return schema.BaseSchema is FixedSchema { Size: var size }
            ? new ScalarCodec(type, WireType.Fixed, size, TimeUnit.None, [])
            : new ScalarCodec(type, WireType.Bytes, 0, TimeUnit.None, []);
    }

    private static int Property(LogicalSchema schema, string name) =>
        int.TryParse(schema.GetProperty(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : 0;

    private static ScalarCodec Of(ScalarKind kind, WireType wire, TimeUnit unit = TimeUnit.None) =>
        new(new ScalarType(kind), wire, 0, unit, []);
}

/// <summary>A type that no column can hold. The message says what to use instead.</summary>
internal sealed class UnsupportedTypeException(string message) : Exception(message);
