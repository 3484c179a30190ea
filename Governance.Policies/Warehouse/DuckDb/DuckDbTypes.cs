using System.Globalization;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>A masked type as DuckDB writes it.</summary>
internal static class DuckDbTypes
{
    /// <summary>The type of a stored column.</summary>
    public static SqlText Stored(MaskedType type) => Write(type, SqlText.Of($"BLOB"));

    /// <summary>The type that JSON is read as: bytes come as hexadecimal text, which a projection turns into bytes.</summary>
    public static SqlText Read(MaskedType type) => Write(type, SqlText.Of($"VARCHAR"));

    /// <summary>The type of a stored column, for people.</summary>
    public static string Name(MaskedType type) => DuckDbDialect.Instance.Write(Stored(type)).Text;

    private static SqlText Write(MaskedType type, SqlText bytes) =>
        type switch
        {
            StructType s => SqlText.Of(
                $"STRUCT({SqlText.Join(", ", s.Fields.Select(field => SqlText.Of($"{SqlName.Of(field.Name)} {Write(field.Type, bytes)}")))})"
            ),
            ListType l => SqlText.Of($"{Write(l.Item, bytes)}[]"),
            MapType m => SqlText.Of($"MAP(VARCHAR, {Write(m.Value, bytes)})"),
            ScalarType { Kind: ScalarKind.Bytes } => bytes,
            ScalarType scalar => SqlText.FromDialect(Write(scalar)),
            _ => throw new ArgumentException($"No such type: {type.GetType().Name}.", nameof(type)),
        };

    private static string Write(ScalarType type) =>
        type.Kind switch
        {
            ScalarKind.Text => "VARCHAR",
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
