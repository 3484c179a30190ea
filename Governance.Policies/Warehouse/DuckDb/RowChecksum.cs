using System.Globalization;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// An order-free checksum over rows: their number, and the sum of the 64-bit hashes of all their columns. Unlike an exclusive or, a sum
/// does not lose two equal rows; sums of parts add up to the sum of the whole.
/// </summary>
/// <param name="Rows">How many.</param>
/// <param name="Sum">Sum of hashes, without overflow.</param>
internal readonly record struct RowChecksum(long Rows, Int128 Sum)
{
    /// <summary>Reads it over a table, or a subquery.</summary>
    public static RowChecksum Read(DuckDbSession session, SqlText from) =>
        session.Single(
            SqlText.Of(
                $"SELECT count(*), CAST(coalesce(sum(hash(_governance_row)), 0) AS VARCHAR) FROM {from} AS _governance_row"
            ),
            reader => new RowChecksum(
                reader.GetInt64(0),
                Int128.Parse(reader.GetString(1), NumberStyles.None, CultureInfo.InvariantCulture)
            )
        );

    public RowChecksum Minus(RowChecksum part) => new(Rows - part.Rows, Sum - part.Sum);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows}:{Sum}");
}
