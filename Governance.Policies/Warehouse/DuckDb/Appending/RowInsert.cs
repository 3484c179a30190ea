using System.Text;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb.Appending;

/// <summary>
/// Inserts the rows of one dataset. DuckDB's appender cannot write nested values, so rows that have some (see <see cref="RowChunks"/> for
/// the others) go through it as JSON text into a
/// temporary table, and one statement casts them. The cast is strict: a missing, unknown or repeated field and a value that does not fit
/// fail the whole statement; nothing becomes null in silence.
/// </summary>
internal static class RowInsert
{
    private const string StageName = "_governance_stage";
    private static readonly SqlName s_stage = SqlName.Of(StageName);
    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Inserts all rows.</summary>
    /// <exception cref="SinkRowException">A row is refused for what it holds.</exception>
    public static void Insert(DuckDbSession session, string source, MaskedRows rows, DateTimeOffset now)
    {
        var rest = rows;
        if (RowChunks.Of(session, rows) is { } chunks)
        {
            rest = rows with { Rows = Guarded(rows, () => chunks.Append(session, source, now)) };
        }

        if (rest.Rows.Count > 0)
        {
            Run(
                session,
                rest,
                () => session.Execute(Statement(rest, SqlText.Of($"{s_stage}"), now, SqlValue.Of(source)))
            );
        }
    }

    /// <summary>
    /// Inserts the rows whose origin was not replayed before, and remembers their origins. A row that stands in the table already
    /// is left out, too: its batch may have been quarantined, not landed, and been masked when it was tried again. The event's time
    /// is compared with the offset, since a dataset may have moved to another topic.
    /// </summary>
    /// <exception cref="SinkRowException">A row is refused for what it holds.</exception>
    public static void InsertReplayed(DuckDbSession session, string source, MaskedRows rows, DateTimeOffset now)
    {
        var (from, topic) = (SqlValue.Of(source), SqlValue.Of(rows.Dataset.Topic));
        var fresh = SqlText.Of(
            $"""
            (SELECT * FROM {s_stage} AS s
             WHERE NOT EXISTS (
                 SELECT 1 FROM {SystemTableStatements.Replays} AS seen
                 WHERE seen.source = {from} AND seen.topic = {topic} AND seen."partition" = s.p AND seen."offset" = s.o)
               AND NOT EXISTS (
                 SELECT 1 FROM {SqlName.Of(rows.Dataset.Name)} AS landed
                 WHERE landed._source = {from} AND landed._partition = s.p AND landed._offset = s.o
                   AND landed._event_time = make_timestamp(s.e) AT TIME ZONE 'UTC')
             QUALIFY row_number() OVER (PARTITION BY s.p, s.o) = 1)
            """
        );
        Run(
            session,
            rows,
            () =>
            {
                session.Execute(Statement(rows, fresh, now, from));
                session.Execute(
                    SqlText.Of(
                        $"""
                        INSERT INTO {SystemTableStatements.Replays}
                        SELECT {from}, {topic}, p, o FROM {s_stage}
                        EXCEPT SELECT * FROM {SystemTableStatements.Replays}
                        """
                    )
                );
            }
        );
    }

    private static void Run(DuckDbSession session, MaskedRows rows, Action insert) =>
        Guarded(
            rows,
            () =>
            {
                Fill(session, rows);
                insert();
                return session.Execute(SqlText.Of($"DROP TABLE temp.{s_stage}"));
            }
        );

    private static T Guarded<T>(MaskedRows rows, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (DuckDBException error) when (DuckDbErrors.IsAboutRows(error))
        {
            throw new SinkRowException(
                $"Table {rows.Dataset.Name}: a row does not have the shape of its schema ({error.ErrorType})."
            );
        }
    }

    private static void Fill(DuckDbSession session, MaskedRows rows)
    {
        session.Execute(
            SqlText.Of($"CREATE OR REPLACE TEMP TABLE {s_stage} (p INTEGER, o BIGINT, e BIGINT, j VARCHAR)")
        );
        using var appender = session.Connection.CreateAppender("temp", "main", StageName);
        foreach (var row in rows.Rows)
        {
            appender
                .CreateRow()
                .AppendValue(row.Partition)
                .AppendValue(row.Offset)
                .AppendValue(TableColumns.Microseconds(row.EventTime))
                .AppendValue(Text(rows, row))
                .EndRow();
        }

        appender.Close();
    }

    private static string Text(MaskedRows rows, MaskedRow row)
    {
        // JSON's null would pass the cast, as a row of nulls.
        if (row.Json.IsEmpty || row.Json.Span[0] != (byte)'{')
        {
            throw new SinkRowException($"Table {rows.Dataset.Name}: a row is not a JSON object.");
        }

        try
        {
            return s_strict.GetString(row.Json.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new SinkRowException($"Table {rows.Dataset.Name}: a row is not UTF-8.");
        }
    }

    private static SqlText Statement(MaskedRows rows, SqlText from, DateTimeOffset now, SqlValue source)
    {
        var fields = rows.Schema.Columns;
        var columns = TableColumns.System.Concat(fields).Select(field => SqlText.Of($"{SqlName.Of(field.Name)}"));
        var values = fields.Select(field =>
            SqlText.Of(
                $", {JsonProjection.Project(DuckDbDialect.Instance.Field(SqlText.Of($"r"), field.Name), field.Type)}"
            )
        );
        var record = fields.IsEmpty
            ? SqlText.Of($"NULL")
            : SqlText.Of($"CAST(CAST(j AS JSON) AS {DuckDbTypes.Read(new StructType(fields))})");
        return SqlText.Of(
            $"""
            INSERT INTO {SqlName.Of(rows.Dataset.Name)} ({SqlText.Join(", ", columns)})
            SELECT p, o, make_timestamp(e) AT TIME ZONE 'UTC', make_timestamp({SqlValue.Of(
                TableColumns.Microseconds(now)
            )}) AT TIME ZONE 'UTC', {source}{SqlText.Join("", values)}
            FROM (SELECT p, o, e, {record} AS r FROM {from})
            """
        );
    }
}
