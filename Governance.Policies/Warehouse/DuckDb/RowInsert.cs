using System.Text;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Inserts the rows of one dataset. DuckDB's appender cannot write nested values, so rows go through it as JSON text into a
/// temporary table, and one statement casts them. The cast is strict: a missing, unknown or repeated field and a value that does not fit
/// fail the whole statement; nothing becomes null in silence.
/// </summary>
internal static class RowInsert
{
    private const string Stage = "_governance_stage";
    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Inserts all rows.</summary>
    /// <exception cref="SinkRowException">A row is refused for what it holds.</exception>
    public static void Insert(DuckDbSession session, string source, MaskedRows rows, DateTimeOffset now) =>
        Run(session, rows, () => session.Execute(Statement(rows, Stage), Microseconds(now), source));

    /// <summary>
    /// Inserts the rows whose origin was not replayed before, and remembers their origins. A row that stands in the table already
    /// is left out, too: its batch may have been quarantined, not landed, and been masked when it was tried again. The event's time
    /// is compared with the offset, since a dataset may have moved to another topic.
    /// </summary>
    /// <exception cref="SinkRowException">A row is refused for what it holds.</exception>
    public static void InsertReplayed(DuckDbSession session, string source, MaskedRows rows, DateTimeOffset now)
    {
        var fresh = $"""
            (SELECT * FROM {Stage} AS s
             WHERE NOT EXISTS (
                 SELECT 1 FROM {SystemTables.Replays} AS seen
                 WHERE seen.source = $2 AND seen.topic = $3 AND seen."partition" = s.p AND seen."offset" = s.o)
               AND NOT EXISTS (
                 SELECT 1 FROM {Sql.Name(rows.Dataset.Name)} AS landed
                 WHERE landed.{TableColumns.Source} = $2 AND landed.{TableColumns.Partition} = s.p
                   AND landed.{TableColumns.Offset} = s.o
                   AND landed.{TableColumns.EventTime} = make_timestamp(s.e) AT TIME ZONE 'UTC')
             QUALIFY row_number() OVER (PARTITION BY s.p, s.o) = 1)
            """;
        Run(
            session,
            rows,
            () =>
            {
                session.Execute(Statement(rows, fresh), Microseconds(now), source, rows.Dataset.Topic);
                session.Execute(
                    $"""
                    INSERT INTO {SystemTables.Replays}
                    SELECT $1, $2, p, o FROM {Stage}
                    EXCEPT SELECT * FROM {SystemTables.Replays}
                    """,
                    source,
                    rows.Dataset.Topic
                );
            }
        );
    }

    private static void Run(DuckDbSession session, MaskedRows rows, Action insert)
    {
        try
        {
            Fill(session, rows);
            insert();
            session.Execute($"DROP TABLE temp.{Stage}");
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
        session.Execute($"CREATE OR REPLACE TEMP TABLE {Stage} (p INTEGER, o BIGINT, e BIGINT, j VARCHAR)");
        using var appender = session.Connection.CreateAppender("temp", "main", Stage);
        foreach (var row in rows.Rows)
        {
            appender
                .CreateRow()
                .AppendValue(row.Partition)
                .AppendValue(row.Offset)
                .AppendValue(Microseconds(row.EventTime))
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

    private static string Statement(MaskedRows rows, string from)
    {
        var fields = rows.Schema.Columns;
        var columns = TableColumns.System.Concat(fields).Select(field => Sql.Name(field.Name));
        var values = fields.Select(field =>
            $", {JsonProjection.Project($"struct_extract(r, {Sql.Text(field.Name)})", field.Type)}"
        );
        var record = fields.IsEmpty ? "NULL" : $"CAST(CAST(j AS JSON) AS {DuckDbTypes.Read(new StructType(fields))})";
        return $"""
            INSERT INTO {Sql.Name(rows.Dataset.Name)} ({string.Join(", ", columns)})
            SELECT p, o, make_timestamp(e) AT TIME ZONE 'UTC', make_timestamp($1) AT TIME ZONE 'UTC', $2{string.Concat(
                values
            )}
            FROM (SELECT p, o, e, {record} AS r FROM {from})
            """;
    }

    private static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
