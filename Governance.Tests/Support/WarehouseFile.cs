using System.Globalization;
using DuckDB.NET.Data;

namespace Governance.Tests.Support;

/// <summary>The embedded warehouse's file, read without the service; it must be stopped.</summary>
internal sealed class WarehouseFile : IDisposable
{
    private readonly DuckDBConnection _connection;

    private WarehouseFile(string path)
    {
        _connection = new DuckDBConnection($"Data Source={path}");
        _connection.Open();
    }

    /// <summary>Opens the file of a data directory.</summary>
    public static WarehouseFile Open(string dataDirectory) => new(Path.Combine(dataDirectory, "warehouse.duckdb"));

    /// <summary>How many rows each table has, the adapter's own tables too.</summary>
    public SortedDictionary<string, long> Counts() =>
        new(
            Rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")
                .ToDictionary(
                    row => (string)row[0],
                    row => (long)Rows($"SELECT count(*) FROM \"{row[0]}\"")[0][0],
                    StringComparer.Ordinal
                ),
            StringComparer.Ordinal
        );

    /// <summary>The rows of a query, each value as the driver gives it.</summary>
    public List<object[]> Rows(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The first column of a query, as text.</summary>
    public List<string> Texts(string sql) =>
        [.. Rows(sql).Select(row => Convert.ToString(row[0], CultureInfo.InvariantCulture)!)];

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
