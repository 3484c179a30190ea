using System.Collections.Concurrent;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// The names of tables that were seen in a file. Names alone: whether a table still stands, and what columns it has, is asked each time.
/// Safe for concurrent use.
/// </summary>
internal sealed class KnownTables
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <summary>Whether a table of this name was ever seen. Of one that was not, the file is asked.</summary>
    /// <exception cref="SinkSchemaException">A table stands there whose name has other case.</exception>
    public bool Has(DuckDbSession session, string table)
    {
        if (_names.ContainsKey(table))
        {
            return true;
        }

        // All of them: to find one name takes as long.
        var names = session.Query(
            SqlText.Of(
                $"""
                SELECT table_name FROM duckdb_tables()
                WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
                """
            ),
            reader => reader.GetString(0)
        );
        foreach (var name in names)
        {
            _names.TryAdd(name, true);
        }

        return names.Find(name => string.Equals(name, table, StringComparison.OrdinalIgnoreCase)) switch
        {
            null => false,
            var found when string.Equals(found, table, StringComparison.Ordinal) => true,
            var found => throw new SinkSchemaException(
                $"Table {table}: {found} stands there, which the warehouse takes for the same. Rename the dataset."
            ),
        };
    }
}
