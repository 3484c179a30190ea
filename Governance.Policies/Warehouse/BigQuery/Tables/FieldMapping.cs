using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>
/// From masked types to fields of a BigQuery schema, and back. Back, an integer is the widest and a float is a double, since BigQuery has one
/// of each; whether null can occur is not told. BigQuery knows neither a null array nor null in one: a null list or map becomes an empty
/// one, and a list whose items may be null, or are lists themselves, becomes a list of records with the one field
/// <see cref="ListItem"/>.
/// </summary>
internal static class FieldMapping
{
    /// <summary>The one field of a record that stands for an item of a list.</summary>
    public const string ListItem = "_list_item";

    /// <summary>A map's key. It is REQUIRED, which nothing else of a record is: so a map is told from a list of records.</summary>
    public const string MapKey = "key";

    public const string MapValue = "value";

    /// <summary>Characters of a UUID's text; no other text that the adapter makes is limited.</summary>
    public const int UuidLength = 36;

    /// <summary>https://cloud.google.com/bigquery/docs/nested-repeated#limitations</summary>
    private const int DeepestRecord = 15;
    private const int NumericInteger = 29;
    private const int NumericScale = 9;
    private const int BigNumericDigits = 38;

    /// <summary>The fields of a record, or the columns of a table.</summary>
    /// <exception cref="SinkSchemaException">BigQuery cannot hold one.</exception>
    public static ImmutableArray<BigQueryField> ToFields(
        string table,
        ImmutableArray<MaskedField> fields,
        string path = "",
        int depth = 0
    )
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var made = ImmutableArray.CreateBuilder<BigQueryField>(fields.Length);
        foreach (var field in fields)
        {
            var at = Inner(path, field.Name);
            ColumnNames.Check(table, at, field.Name);
            if (!names.Add(field.Name))
            {
                throw ColumnNames.CaseClash(table, at);
            }

            made.Add(ToField(table, field.Name, field.Type, at, depth));
        }

        return made.MoveToImmutable();
    }

    /// <summary>A field of a type.</summary>
    /// <param name="table">The table, for the message.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="path">Where it stands, for the message.</param>
    /// <param name="depth">Records around it.</param>
    /// <exception cref="SinkSchemaException">BigQuery cannot hold it.</exception>
    public static BigQueryField ToField(string table, string name, MaskedType type, string path, int depth) =>
        type switch
        {
            StructType { Fields.IsEmpty: true } => throw new SinkSchemaException(
                $"Table {table}, column {path}: no field of this record is left. Drop the record itself in the contract."
            ),
            StructType record => Record(
                table,
                path,
                name,
                FieldModes.Nullable,
                depth,
                inner => ToFields(table, record.Fields, path, inner)
            ),
            ListType { ItemNullable: false, Item: StructType or ScalarType } plain => ToField(
                table,
                name,
                plain.Item,
                $"{path}[]",
                depth
            ) with
            {
                Mode = FieldModes.Repeated,
            },
            ListType list => Record(
                table,
                path,
                name,
                FieldModes.Repeated,
                depth,
                inner => [ToField(table, ListItem, list.Item, $"{path}[]", inner)]
            ),
            MapType map => Record(
                table,
                path,
                name,
                FieldModes.Repeated,
                depth,
                inner =>
                    [
                        new(MapKey, FieldTypes.String, FieldModes.Required),
                        ToField(table, MapValue, map.Value, $"{path}[]", inner),
                    ]
            ),
            ScalarType scalar => Scalar(table, path, name, scalar),
            _ => throw new ArgumentException($"No such type: {type.GetType().Name}.", nameof(type)),
        };

    /// <summary>The type that a field was made from; <see langword="null"/> where the adapter makes no such field.</summary>
    public static MaskedType? ToMasked(BigQueryField field)
    {
        if (!field.IsRepeated)
        {
            return One(field);
        }

        if (IsMap(field))
        {
            return ToMasked(field.Fields[1]) is { } value ? new MapType(value, ValueNullable: true) : null;
        }

        if (IsWrapped(field))
        {
            return ToMasked(field.Fields[0]) is { } item ? new ListType(item, ItemNullable: true) : null;
        }

        return One(field) is { } plain ? new ListType(plain, ItemNullable: false) : null;
    }

    /// <summary>The columns of a table's records, without the system's own and those that the adapter did not make.</summary>
    public static StructType ToMasked(ImmutableArray<BigQueryField> columns) =>
        new(Masked(columns.Where(column => !SystemColumns.IsSystem(column.Name))));

    /// <summary>Whether a repeated record stands for a map.</summary>
    public static bool IsMap(BigQueryField field) =>
        field
            is {
                IsRepeated: true,
                IsRecord: true,
                Fields: [{ Name: MapKey, Mode: FieldModes.Required }, { Name: MapValue }]
            };

    /// <summary>Whether a repeated record stands for a list whose items are wrapped.</summary>
    public static bool IsWrapped(BigQueryField field) =>
        field is { IsRepeated: true, IsRecord: true, Fields: [{ Name: ListItem }] };

    /// <summary>Where a field stands.</summary>
    public static string Inner(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static ImmutableArray<MaskedField> Masked(IEnumerable<BigQueryField> fields) =>
        [
            .. fields
                .Select(field => (field.Name, Type: ToMasked(field)))
                .Where(field => field.Type is not null)
                .Select(field => new MaskedField(field.Name, field.Type!, Nullable: true)),
        ];

    private static MaskedType? One(BigQueryField field) =>
        field.Type switch
        {
            FieldTypes.Record => Masked(field.Fields) is { IsEmpty: false } fields ? new StructType(fields) : null,
            FieldTypes.String when field.MaxLength is UuidLength => ScalarType.Uuid,
            FieldTypes.String => ScalarType.Text,
            FieldTypes.Bytes => new ScalarType(ScalarKind.Bytes),
            FieldTypes.Boolean => new ScalarType(ScalarKind.Boolean),
            FieldTypes.Integer => new ScalarType(ScalarKind.Int64),
            FieldTypes.Float => new ScalarType(ScalarKind.Double),
            FieldTypes.Date => new ScalarType(ScalarKind.Date),
            FieldTypes.Time => new ScalarType(ScalarKind.Time),
            FieldTypes.Timestamp => new ScalarType(ScalarKind.Timestamp),
            FieldTypes.DateTime => new ScalarType(ScalarKind.LocalTimestamp),
            FieldTypes.Numeric or FieldTypes.BigNumeric => Decimal(field),
            _ => null,
        };

    /// <summary>A decimal's digits. One that declares none holds all that its type can.</summary>
    private static ScalarType Decimal(BigQueryField field) =>
        field switch
        {
            { Precision: { } precision } => new(ScalarKind.Decimal, precision, field.Scale ?? 0),
            { Type: FieldTypes.Numeric } => new(ScalarKind.Decimal, NumericInteger + NumericScale, NumericScale),
            _ => new(ScalarKind.Decimal, 2 * BigNumericDigits, BigNumericDigits),
        };

    private static BigQueryField Record(
        string table,
        string path,
        string name,
        string mode,
        int depth,
        Func<int, ImmutableArray<BigQueryField>> fields
    )
    {
        if (depth >= DeepestRecord)
        {
            throw new SinkSchemaException(
                $"Table {table}, column {path}: BigQuery nests records {DeepestRecord} deep at most, and this lies deeper. "
                    + "Flatten it in the schema, or drop it in the contract."
            );
        }

        return new(name, FieldTypes.Record, mode) { Fields = fields(depth + 1) };
    }

    private static BigQueryField Scalar(string table, string path, string name, ScalarType type) =>
        type.Kind switch
        {
            ScalarKind.Text => new(name, FieldTypes.String),
            ScalarKind.Bytes => new(name, FieldTypes.Bytes),
            ScalarKind.Boolean => new(name, FieldTypes.Boolean),
            ScalarKind.Int32 or ScalarKind.Int64 => new(name, FieldTypes.Integer),
            ScalarKind.Float or ScalarKind.Double => new(name, FieldTypes.Float),
            ScalarKind.Decimal => Decimal(table, path, name, type),
            ScalarKind.Date => new(name, FieldTypes.Date),
            ScalarKind.Time => new(name, FieldTypes.Time),
            ScalarKind.Timestamp => new(name, FieldTypes.Timestamp),
            ScalarKind.LocalTimestamp => new(name, FieldTypes.DateTime),
            ScalarKind.Uuid => new(name, FieldTypes.String) { MaxLength = UuidLength },
            _ => throw new ArgumentException($"No such kind: {type.Kind}.", nameof(type)),
        };

    // https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#parameterized_decimal_type
    private static BigQueryField Decimal(string table, string path, string name, ScalarType type)
    {
        var whole = type.Precision - type.Scale;
        var fits = type is { Precision: > 0, Scale: >= 0 } && whole >= 0;
        if (fits && whole <= NumericInteger && type.Scale <= NumericScale)
        {
            return new(name, FieldTypes.Numeric) { Precision = type.Precision, Scale = type.Scale };
        }

        return fits && whole <= BigNumericDigits && type.Scale <= BigNumericDigits
            ? new(name, FieldTypes.BigNumeric) { Precision = type.Precision, Scale = type.Scale }
            : throw new SinkSchemaException(
                $"Table {table}, column {path}: a decimal of {type.Precision} digits with {type.Scale} after the point is more than BigQuery "
                    + $"holds, {BigNumericDigits} on each side of the point. Lower its precision in the schema."
            );
    }
}
