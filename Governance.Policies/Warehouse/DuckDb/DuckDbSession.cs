using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>A connection with the few calls that the adapter makes.</summary>
internal sealed class DuckDbSession(DuckDBConnection connection, KnownTables? tables = null, Action? ended = null)
    : IDisposable
{
    private Action? _ended = ended;

    /// <summary>The connection, for what only it can do (the appender).</summary>
    public DuckDBConnection Connection { get; } = connection;

    /// <summary>The tables that were seen in the file.</summary>
    public KnownTables Tables { get; } = tables ?? new();

    public int Execute(SqlText sql)
    {
        using var command = Command(sql);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(SqlText sql, Func<DuckDBDataReader, T> read)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs a statement that returns one row.</summary>
    public T Single<T>(SqlText sql, Func<DuckDBDataReader, T> read) => Query(sql, read)[0];

    public void Dispose()
    {
        Connection.Dispose();
        if (Interlocked.Exchange(ref _ended, null) is { } tell)
        {
            tell();
        }
    }

    private DuckDBCommand Command(SqlText sql)
    {
        var statement = DuckDbDialect.Instance.Write(sql);
        var command = Connection.CreateCommand();
        command.CommandText = statement.Text;
        foreach (var value in statement.Values)
        {
            command.Parameters.Add(new DuckDBParameter(Sent(value)));
        }

        return command;
    }

    // The driver has no list parameters: lists go as text, which DuckDbDialect.Rows unrolls.
    private static object Sent(SqlValue value) =>
        value switch
        {
            TextValue text => text.Value,
            IntegerValue integer => integer.Value,
            InstantValue instant => instant.Value.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
                CultureInfo.InvariantCulture
            ),
            UuidsValue uuids => string.Join(',', uuids.Values),
            TextsValue texts => JsonSerializer.Serialize(texts.Values),
            _ => throw new ArgumentException($"No such value: {value.GetType().Name}.", nameof(value)),
        };
}
