using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;
using Kind = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Governance.Tests.Support.BigQuery.StorageWrite;

/// <summary>
/// Reads rows by the descriptor that the writer sent, and nothing else.
/// https://cloud.google.com/bigquery/docs/supported-data-types#supported_protocol_buffer_data_types
/// </summary>
internal sealed class RowDecoder
{
    private readonly DescriptorProto _root;
    private readonly IReadOnlyList<ColumnSchema> _columns;

    /// <summary>Makes a decoder.</summary>
    /// <exception cref="ExtraFieldException">The writer has a field that the table has not.</exception>
    public RowDecoder(DescriptorProto descriptor, IReadOnlyList<ColumnSchema> columns)
    {
        _root = descriptor;
        _columns = columns;
        CheckFields(descriptor, columns, "");
    }

    /// <summary>A row.</summary>
    /// <exception cref="RowException">It is not of the table, or not of its descriptor.</exception>
    public object?[] Decode(ByteString row)
    {
        try
        {
            return Message(row, _root, _columns, "");
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new RowException($"Cannot be read as its descriptor says: {exception.Message}", "");
        }
    }

    private void CheckFields(DescriptorProto descriptor, IReadOnlyList<ColumnSchema> columns, string path)
    {
        foreach (var field in descriptor.Field)
        {
            var column =
                columns.FirstOrDefault(it => string.Equals(it.Name, field.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ExtraFieldException(path + field.Name);
            if (field.Type is Kind.Message)
            {
                CheckFields(Nested(field), column.Fields, $"{path}{field.Name}.");
            }
        }
    }

    private object?[] Message(
        ByteString bytes,
        DescriptorProto descriptor,
        IReadOnlyList<ColumnSchema> columns,
        string path
    )
    {
        var found = new Dictionary<string, List<object?>>(StringComparer.OrdinalIgnoreCase);
        var input = bytes.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) is not 0; )
        {
            var field = descriptor.Field.FirstOrDefault(it => it.Number == WireFormat.GetTagFieldNumber(tag));
            if (field is null)
            {
                throw new RowException(
                    $"A field of the number {WireFormat.GetTagFieldNumber(tag)} is not in the writer's schema.",
                    path
                );
            }

            var column = columns.First(it => string.Equals(it.Name, field.Name, StringComparison.OrdinalIgnoreCase));
            var values = found.TryGetValue(field.Name, out var known) ? known : found[field.Name] = [];
            var wire = WireFormat.GetTagWireType(tag);
            if (
                wire is WireFormat.WireType.LengthDelimited
                && field.Type is not (Kind.String or Kind.Bytes or Kind.Message)
            )
            {
                var packed = input.ReadBytes().CreateCodedInput();
                while (!packed.IsAtEnd)
                {
                    values.Add(Value(packed, field, column, path));
                }
            }
            else
            {
                values.Add(Value(input, field, column, path));
            }
        }

        return
        [
            .. columns.Select(column =>
            {
                var values = found.GetValueOrDefault(column.Name);
                return column.Mode switch
                {
                    "REPEATED" => values?.ToArray() ?? Array.Empty<object?>(),
                    "REQUIRED" when values is null => throw new RowException(
                        $"Missing required field: {path}{column.Name}.",
                        path + column.Name
                    ),
                    // The last one counts.
                    _ => values?[^1],
                };
            }),
        ];
    }

    private object? Value(CodedInputStream input, FieldDescriptorProto field, ColumnSchema column, string path)
    {
        object value = field.Type switch
        {
            Kind.Double => input.ReadDouble(),
            Kind.Float => (double)input.ReadFloat(),
            Kind.Int64 => input.ReadInt64(),
            Kind.Uint64 => checked((long)input.ReadUInt64()),
            Kind.Int32 => (long)input.ReadInt32(),
            Kind.Uint32 => (long)input.ReadUInt32(),
            Kind.Sint32 => (long)input.ReadSInt32(),
            Kind.Sint64 => input.ReadSInt64(),
            Kind.Fixed32 => (long)input.ReadFixed32(),
            Kind.Fixed64 => checked((long)input.ReadFixed64()),
            Kind.Sfixed32 => (long)input.ReadSFixed32(),
            Kind.Sfixed64 => input.ReadSFixed64(),
            Kind.Bool => input.ReadBool(),
            Kind.String => input.ReadString(),
            Kind.Bytes or Kind.Message => input.ReadBytes(),
            _ => throw new RowException(
                $"The stand-in does not read the kind {field.Type} of {path}{field.Name}.",
                field.Name
            ),
        };
        if (field.Type is Kind.Message)
        {
            return column.LegacyType is "RECORD"
                ? Message((ByteString)value, Nested(field), column.Fields, $"{path}{field.Name}.")
                : throw Wrong(field, column, path);
        }

        var type = column.SqlType.Element ?? column.SqlType;
        return Convert(value, type) ?? throw Wrong(field, column, path);
    }

    // Null where this kind cannot be written to this column.
    private static string? Convert(object value, SqlType type) =>
        (type.Name, value) switch
        {
            ("STRING" or "JSON", string text) => CellReader.Normalize(text, type),
            ("BYTES", ByteString bytes) => bytes.ToBase64(),
            ("INT64", long number) => number.ToString(CultureInfo.InvariantCulture),
            ("BOOL", bool flag) => flag ? "true" : "false",
            ("FLOAT64", double number) => number.ToString("R", CultureInfo.InvariantCulture),
            ("FLOAT64", long number) => number.ToString(CultureInfo.InvariantCulture),
            // Microseconds since 1970.
            ("TIMESTAMP", long micros) => micros.ToString(CultureInfo.InvariantCulture),
            // Days since 1970.
            ("DATE", long days) => DateOnly
                .FromDayNumber(checked((int)(new DateOnly(1970, 1, 1).DayNumber + days)))
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ("TIMESTAMP" or "DATE" or "TIME" or "DATETIME" or "NUMERIC" or "BIGNUMERIC", string text) =>
                CellReader.Normalize(text, type),
            _ => null,
        };

    private DescriptorProto Nested(FieldDescriptorProto field)
    {
        var name = field.TypeName[(field.TypeName.LastIndexOf('.') + 1)..];
        return Find(_root, name)
            ?? throw new RowException($"The writer's schema does not hold the type {field.TypeName}.", field.Name);
    }

    private static DescriptorProto? Find(DescriptorProto within, string name) =>
        within.NestedType.FirstOrDefault(nested => nested.Name == name)
        ?? within.NestedType.Select(nested => Find(nested, name)).FirstOrDefault(found => found is not null);

    private static RowException Wrong(FieldDescriptorProto field, ColumnSchema column, string path) =>
        new($"Field {path}{field.Name}: {field.Type} cannot be written to {column.LegacyType}.", path + field.Name);
}

/// <summary>The writer has a field that the table has not.</summary>
internal sealed class ExtraFieldException(string field)
    : Exception($"Input schema has more fields than BigQuery schema, extra fields: '{field}'");
