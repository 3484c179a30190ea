using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Reflection;
using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Kind = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// A table's rows as protobuf messages: a field has its place among the table's columns, from one, as its number. All rows of a table share one,
/// whatever schema they were written by.
/// https://cloud.google.com/bigquery/docs/supported-data-types#supported_protocol_buffer_data_types
/// </summary>
internal sealed class MessageShape
{
    private MessageShape(string table, ImmutableArray<BigQueryField> fields, ProtoSchema schema)
    {
        Table = table;
        Fields = fields;
        Schema = schema;
    }

    /// <summary>The table's name, for messages.</summary>
    public string Table { get; }

    /// <summary>The table's columns.</summary>
    public ImmutableArray<BigQueryField> Fields { get; }

    /// <summary>What the first request of a connection carries.</summary>
    public ProtoSchema Schema { get; }

    public static MessageShape Of(string table, ImmutableArray<BigQueryField> fields)
    {
        var root = new DescriptorProto { Name = "Row" };
        Fill(root, root, fields);
        return new MessageShape(table, fields, new ProtoSchema { ProtoDescriptor = root });
    }

    /// <summary>The number of a field.</summary>
    public static int Number(ImmutableArray<BigQueryField> fields, string name)
    {
        for (var at = 0; at < fields.Length; at++)
        {
            if (string.Equals(fields[at].Name, name, StringComparison.Ordinal))
            {
                return at + 1;
            }
        }

        throw new ArgumentException($"There is no field {name}.", nameof(name));
    }

    /// <summary>How a column's values are sent; <see langword="null"/> for a type that the adapter never writes.</summary>
    private static Kind? KindOf(BigQueryField field) =>
        field.Type switch
        {
            FieldTypes.String => Kind.String,
            FieldTypes.Bytes => Kind.Bytes,
            FieldTypes.Boolean => Kind.Bool,
            FieldTypes.Integer => Kind.Int64,
            FieldTypes.Float => Kind.Double,
            // Microseconds and days since 1970.
            FieldTypes.Timestamp => Kind.Int64,
            FieldTypes.Date => Kind.Int32,
            // As text, which says each digit; the packed forms would only be shorter.
            FieldTypes.Time or FieldTypes.DateTime or FieldTypes.Numeric or FieldTypes.BigNumeric => Kind.String,
            FieldTypes.Record => Kind.Message,
            _ => null,
        };

    // The service wants the schema in one piece: messages of records lie side by side in the row's own.
    private static void Fill(DescriptorProto root, DescriptorProto message, ImmutableArray<BigQueryField> fields)
    {
        for (var at = 0; at < fields.Length; at++)
        {
            var field = fields[at];
            if (KindOf(field) is not { } kind)
            {
                continue;
            }

            var described = new FieldDescriptorProto
            {
                Name = field.Name,
                Number = at + 1,
                Type = kind,
                Label = field.Mode switch
                {
                    FieldModes.Repeated => Label.Repeated,
                    FieldModes.Required => Label.Required,
                    _ => Label.Optional,
                },
            };
            if (kind is Kind.Message)
            {
                var nested = new DescriptorProto
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"R{root.NestedType.Count + 1}"),
                };
                root.NestedType.Add(nested);
                Fill(root, nested, field.Fields);
                described.TypeName = nested.Name;
            }

            message.Field.Add(described);
        }
    }
}
