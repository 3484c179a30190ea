using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.DuckDb.Appending;
using Governance.Policies.Warehouse.DuckDb.Issuing;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Following;

/// <summary>
/// Shows rows that have just landed as issued views show them, without asking the warehouse: a database in memory that has the tables'
/// columns and never a row that stays. A batch is inserted, each view is read by the statement that is issued over the table, and the transaction is
/// taken back. So conditions, generalization and people who are left out have one meaning, the view's. Not safe for concurrent callers.
/// </summary>
public sealed class ViewWindow : IDisposable
{
    private readonly DuckDbSession _session;

    private readonly Dictionary<string, ViewDefinition> _views = new(StringComparer.Ordinal);

    /// <summary>Opens one.</summary>
    /// <param name="memoryLimitMebibytes">Memory that a batch and its views may take.</param>
    public ViewWindow(int memoryLimitMebibytes = 128)
    {
        var connection = new DuckDBConnection(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"Data Source=:memory:;threads=1;memory_limit={memoryLimitMebibytes}MiB"
            )
        );
        connection.Open();
        _session = new DuckDbSession(connection);
        try
        {
            _session.Execute(SystemTableStatements.Create);
            _session.Execute(IssuedViews.Schema);
            _session.Execute(
                SqlText.Of(
                    $"""
                    SET GLOBAL TimeZone = 'UTC';
                    SET GLOBAL temp_directory = '';
                    SET GLOBAL autoinstall_known_extensions = false;
                    SET GLOBAL autoload_known_extensions = false;
                    SET GLOBAL enable_external_access = false;
                    SET GLOBAL lock_configuration = true;
                    """
                )
            );
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Gives the dataset's table in the window the columns that the warehouse's has, also those that no batch brings.</summary>
    /// <exception cref="SinkSchemaException">It cannot hold both.</exception>
    public void Widen(Dataset dataset, StructType shape) =>
        Run(() =>
        {
            TableShaper.Shape(
                _session,
                dataset.Name,
                new MaskedSchema([.. shape.Fields.Where(field => !TableColumns.IsSystem(field.Name))])
            );
            return true;
        });

    /// <summary>Adds a view, or brings the one of this name to this definition.</summary>
    /// <returns>The refusal, where its columns or its condition cannot be carried out over the table's columns; else the view.</returns>
    public Answer<IssuedView> Put(ViewDefinition view) =>
        Run(() =>
        {
            var answer = IssuedViews.Issue(_session, view);
            if (answer.Refusal is null)
            {
                _views[view.Name] = view;
            }
            else
            {
                Remove(view.Name);
            }

            return answer;
        });

    /// <summary>Takes a view away. Taking away one that is gone changes nothing.</summary>
    public void Remove(string view)
    {
        _views.Remove(view);
        Run(() => IssuedViews.Revoke(_session, view));
    }

    /// <summary>Puts a key set in place of the one of this name: rows of these people are left out by views that leave out such sets.</summary>
    public void PutKeys(string keySet, IReadOnlyCollection<LinkedIdentifier> keys) =>
        Run(() =>
        {
            KeySets.Drop(_session, keySet);
            KeySets.Add(_session, keySet, [.. keys.Select(key => new OwnedKey(key, Guid.Empty))]);
            return true;
        });

    /// <summary>Takes a key set away.</summary>
    public void DropKeys(string keySet) =>
        Run(() =>
        {
            KeySets.Drop(_session, keySet);
            return true;
        });

    /// <summary>What the dataset's views show of rows: by view, each row as a JSON object, in the rows' order. Nothing of the rows stays.</summary>
    /// <param name="source">Names the log that offsets count in.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="now">When they were taken in.</param>
    /// <exception cref="SinkSchemaException">The table cannot hold the rows beside those before.</exception>
    /// <exception cref="SinkRowException">A row is not what its schema says.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Show(
        string source,
        MaskedRows rows,
        DateTimeOffset now
    ) =>
        Run(() =>
        {
            TableShaper.Shape(_session, rows.Dataset.Name, rows.Schema);
            var shown = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            _session.Execute(SqlText.Of($"BEGIN"));
            try
            {
                RowInsert.Insert(_session, source, rows, now);
                foreach (var view in _views.Values.Where(view => view.Dataset.Name == rows.Dataset.Name))
                {
                    shown[view.Name] = IssuedViews.Rows(_session, view.Name, view.Readers, rows.Rows.Count);
                }
            }
            finally
            {
                _session.Execute(SqlText.Of($"ROLLBACK"));
            }

            return shown;
        });

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error);
        }
    }
}
