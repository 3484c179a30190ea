using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Masking.Columns;

/// <summary>The type of a column's plain values where no writer schema says it: what the contract's <c>logicalType</c> stands for.</summary>
internal static class ColumnTypes
{
    private static readonly ScalarType Integer = new(ScalarKind.Int64);
    private static readonly ScalarType Number = new(ScalarKind.Double);
    private static readonly ScalarType Boolean = new(ScalarKind.Boolean);
    private static readonly ScalarType Date = new(ScalarKind.Date);
    private static readonly ScalarType Time = new(ScalarKind.Time);
    private static readonly ScalarType Timestamp = new(ScalarKind.Timestamp);

    /// <summary>The type; text where the contract names none, and for composites, whose JSON text is masked.</summary>
    public static ScalarType Of(Column column) =>
        column.Children.IsEmpty
            ? column.LogicalType switch
            {
                "integer" => Integer,
                "number" => Number,
                "boolean" => Boolean,
                "date" => Date,
                "time" => Time,
                "timestamp" => Timestamp,
                _ => ScalarType.Text,
            }
            : ScalarType.Text;
}
