using System.Globalization;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>What stands in the tables of a dataset, looked at past the service.</summary>
internal sealed class LandedNotes(BigQueryStandIn standIn, string dataset)
{
    // When a row landed is all that two runs of the same records may differ by.
    private const string LandedAt = "_ingested_at";

    /// <summary>Rows in all tables; while they are written, about so many.</summary>
    public long Count => Tables().Sum(table => (long)table.Rows.Count);

    /// <summary>The rows of a table: where each came from, and all its columns besides when it landed, in the order of where they came from.</summary>
    public List<(int Partition, long Offset, string Columns)> Of(string topic)
    {
        var table = Tables().Single(table => table.Id == topic);
        var names = table.Columns.Select(column => column.Name).ToArray();
        names.Should().Contain(LandedAt);
        var (partition, offset) = (Array.IndexOf(names, "_kafka_partition"), Array.IndexOf(names, "_offset"));
        return
        [
            .. table
                .Rows.Select(row =>
                    (
                        int.Parse(Text(row.Cells[partition]), CultureInfo.InvariantCulture),
                        long.Parse(Text(row.Cells[offset]), CultureInfo.InvariantCulture),
                        string.Join(
                            '|',
                            names
                                .Zip(row.Cells)
                                .Where(cell => cell.First != LandedAt)
                                .OrderBy(cell => cell.First, StringComparer.Ordinal)
                                .Select(cell => $"{cell.First}={Text(cell.Second)}")
                        )
                    )
                )
                .Order(),
        ];
    }

    private static string Text(object? cell) => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";

    private TableState[] Tables()
    {
        while (true)
        {
            try
            {
                return
                [
                    .. standIn
                        .World.Datasets[dataset]
                        .Tables.Values.ToArray()
                        .Where(table => !table.Id.StartsWith('_') && table.ViewQuery is null),
                ];
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
            {
                // A table was made at this moment.
            }
        }
    }
}
