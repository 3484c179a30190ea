using DuckDB.NET.Data;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>A connection with the few calls that the adapter makes. Every value is a parameter (<c>$1</c>, <c>$2</c>, …).</summary>
internal sealed class DuckDbSession(DuckDBConnection connection) : IDisposable
{
    /// <summary>The connection, for what only it can do (the appender).</summary>
    public DuckDBConnection Connection { get; } = connection;

    public int Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(string sql, Func<DuckDBDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs a statement that returns one row.</summary>
    public T Single<T>(string sql, Func<DuckDBDataReader, T> read, params ReadOnlySpan<object> values) =>
        Query(sql, read, values)[0];

    public void Dispose() => Connection.Dispose();

    private DuckDBCommand Command(string sql, ReadOnlySpan<object> values)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in values)
        {
            command.Parameters.Add(new DuckDBParameter(value));
        }

        return command;
    }
}
