using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Apache.Arrow;
using DuckDB.NET.Data;
using Governance.Policies.Warehouse.DuckDb.Issuing;
using Governance.Policies.Warehouse.Querying;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>One query: checked, run and read on a thread of its own, since DuckDB's client blocks.</summary>
internal sealed class GovernedRun
{
    private readonly DuckDbDatabase _database;
    private readonly TimeProvider _time;
    private readonly GovernedQuery _query;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<GovernedAnswer> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Channel<RecordBatch> _batches = Channel.CreateBounded<RecordBatch>(2);
    private IReadOnlyList<(string Name, JsonObject Node)> _columns = [];

    public GovernedRun(
        DuckDbDatabase database,
        TimeProvider time,
        GovernedQuery query,
        CancellationToken cancellationToken
    )
    {
        _database = database;
        _time = time;
        _query = query;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>The answer, once the first rows are there, or none will come.</summary>
    public Task<GovernedAnswer> Answer => _answer.Task;

    /// <summary>What the statement is, as soon as it is known.</summary>
    public QueriedStatement? Statement { get; private set; }

    /// <summary>Nobody reads any more.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
    }

    public void Run()
    {
        try
        {
            using var session = _database.Connect();
            Read(session, Prepare(session));
            _batches.Writer.TryComplete();
        }
        catch (StatementRefusedException refused)
        {
            Refuse(refused.At(_query.Sql));
        }
        catch (QueryStoppedException stopped)
        {
            Refuse(stopped.Refusal);
        }
        catch (DuckDBException error)
        {
            Refuse(QueryErrors.Of(error, _query.Sql, _columns));
        }
        catch (Exception error)
        {
            _answer.TrySetException(error);
            _batches.Writer.TryComplete(error);
        }
        finally
        {
            _stop.Dispose();
        }
    }

    private void Refuse(QueryRefusal refusal)
    {
        _answer.TrySetResult(new(refusal, null, Statement));
        _batches.Writer.TryComplete(new QueryStoppedException(refusal));
    }

    private string Prepare(DuckDbSession session)
    {
        var tree = StatementText.Parse(session, _query.Sql);
        var shape = StatementText.Shape(tree);
        Statement = new(shape, []);
        var tables = IssuedTable.Read(session, _query.Views);
        var bounded = new BoundedText(session);
        var first = new StatementCheck(tables, _query.Parameters, bounded, isFinal: false);
        try
        {
            first.Check(tree);
        }
        finally
        {
            Statement = new(shape, [.. first.Used.Select(table => table.View)])
            {
                Columns = first.ReadsAllColumns
                    ? null
                    : [.. first.Columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase)],
            };
        }

        _columns = first.Columns;
        if (_query.Parameters.Keys.Any(name => !first.Parameters.Contains(name)))
        {
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                "parameter_unknown",
                "A parameter has a value, but the statement does not name it.",
                "Leave it out, or name it.",
                at: null
            );
        }

        // What runs is text again: that text is read and checked anew, so that nothing hangs on how a tree is written.
        var text = StatementText.Write(session, tree);
        var last = new StatementCheck(tables, _query.Parameters, bounded, isFinal: true);
        JsonObject written;
        try
        {
            written = StatementText.Parse(session, text);
            last.Check(written);
        }
        catch (StatementRefusedException refused)
        {
            // Its places are those of another text.
            throw new StatementRefusedException(
                QueryRefusalKind.Statement,
                refused.At(text) is { Kind: QueryRefusalKind.Limit } ? "statement_too_large" : "not_offered",
                "The statement uses a part of the language that is not offered here, or is too large.",
                "Write it in simpler parts.",
                at: null
            );
        }

        return last.Used.ToHashSet().SetEquals(first.Used)
            ? text
            : throw new InvalidOperationException("A statement came to read other views than it was checked for.");
    }

    private void Read(DuckDbSession session, string text)
    {
        session.Execute(Reader.Set(_query.Members));
        session.Execute(SqlText.Of($"BEGIN TRANSACTION READ ONLY"));
        using var command = session.Connection.CreateCommand();
        command.CommandText = text;
        command.UseStreamingMode = true;
        foreach (var (name, value) in _query.Parameters)
        {
            command.Parameters.Add(new DuckDBParameter(name, value));
        }

        using var watch = new QueryWatch(_database, _time, _query.Limits, _stop);
        try
        {
            watch.Begin(command, Statement!.Views.Min(view => view.Until));
            Drain(command);
        }
        catch (Exception error)
            when (watch.Reason is not null && (error is DuckDBException or OperationCanceledException))
        {
            throw new QueryStoppedException(watch.Reason!);
        }
        finally
        {
            watch.End();
        }
    }

    private void Drain(DuckDBCommand command)
    {
        using var stream = command.ExecuteArrowStream();
        long rows = 0;
        long bytes = 0;
        while (Next(stream) is { } batch)
        {
            rows += batch.Length;
            bytes += Size(batch);
            if (
                (
                    rows > _query.Limits.Rows ? QueryErrors.Rows
                    : bytes > _query.Limits.Bytes ? QueryErrors.Bytes
                    : null
                ) is
                { } over
            )
            {
                batch.Dispose();
                throw new QueryStoppedException(over);
            }

            Send(batch);
            Announce(stream.Schema);
        }

        Announce(stream.Schema);
    }

    private static RecordBatch? Next(Apache.Arrow.Ipc.IArrowArrayStream stream) =>
        stream.ReadNextRecordBatchAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void Announce(Schema schema) =>
        _answer.TrySetResult(
            new(
                null,
                new GovernedRows(
                    schema,
                    [.. Statement!.Views.Select(view => view.Dataset).Distinct(StringComparer.Ordinal)],
                    _batches.Reader,
                    Stop
                ),
                Statement
            )
        );

    // Waits where the reader is slow; the watch counts that, too.
    private void Send(RecordBatch batch)
    {
        try
        {
            while (!_batches.Writer.TryWrite(batch))
            {
                _batches.Writer.WaitToWriteAsync(_stop.Token).AsTask().GetAwaiter().GetResult();
            }
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private static long Size(RecordBatch batch) => batch.Arrays.Sum(array => Size(array.Data));

    private static long Size(ArrayData? data) =>
        data is null ? 0 : data.Buffers.Sum(buffer => (long)buffer.Length) + (data.Children?.Sum(Size) ?? 0);
}
