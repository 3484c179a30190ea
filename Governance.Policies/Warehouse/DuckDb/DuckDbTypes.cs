using System.Globalization;
using Governance.Masking.Avro;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>A masked type as DuckDB writes it.</summary>
internal static class DuckDbTypes
{
    /// <summary>The type of a stored column.</summary>
    public static string Stored(MaskedType type) => Write(type, "BLOB");

    /// <summary>The type that JSON is read as: bytes come as hexadecimal text, which a projection turns into bytes.</summary>
    public static string Read(MaskedType type) => Write(type, "VARCHAR");

    private static string Write(MaskedType type, string bytes) =>
        type switch
        {
            StructType s =>
                $"STRUCT({string.Join(", ", s.Fields.Select(field => $"{Sql.Name(field.Name)} {Write(field.Type, bytes)}"))})",
            ListType l => $"{Write(l.Item, bytes)}[]",
            MapType m => $"MAP(VARCHAR, {Write(m.Value, bytes)})",
            ScalarType scalar => Write(scalar, bytes),
            _ => throw new ArgumentException($"No such type: {type.GetType().Name}.", nameof(type)),
        };

    private static string Write(ScalarType type, string bytes) =>
        type.Kind switch
        {
            ScalarKind.Text => "VARCHAR",
            ScalarKind.Bytes => bytes,
            ScalarKind.Boolean => "BOOLEAN",
            ScalarKind.Int32 => "INTEGER",
            ScalarKind.Int64 => "BIGINT",
            ScalarKind.Float => "FLOAT",
            ScalarKind.Double => "DOUBLE",
            ScalarKind.Decimal => string.Create(
                CultureInfo.InvariantCulture,
                $"DECIMAL({type.Precision},{type.Scale})"
            ),
            ScalarKind.Date => "DATE",
            ScalarKind.Time => "TIME",
            ScalarKind.Timestamp => "TIMESTAMPTZ",
            ScalarKind.LocalTimestamp => "TIMESTAMP",
            ScalarKind.Uuid => "UUID",
            _ => throw new ArgumentException($"No such kind: {type.Kind}.", nameof(type)),
        };
}
