using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// How rows of one schema become messages of one table, compiled once. It is strict: a missing, unknown or repeated field and a value that
/// does not fit refuse the row; nothing becomes null in silence.
/// </summary>
internal sealed class RowPlan
{
    private static readonly JsonReaderOptions s_json = new() { MaxDepth = 256 };
    private readonly MessageShape _shape;
    private readonly RecordPlan _record;
    private readonly int _partition;
    private readonly int _offset;
    private readonly int _eventTime;
    private readonly int _ingestedAt;
    private readonly int _source;

    private RowPlan(MessageShape shape, RecordPlan record)
    {
        _shape = shape;
        _record = record;
        _partition = MessageShape.Number(shape.Fields, SystemColumns.Partition);
        _offset = MessageShape.Number(shape.Fields, SystemColumns.Offset);
        _eventTime = MessageShape.Number(shape.Fields, SystemColumns.EventTime);
        _ingestedAt = MessageShape.Number(shape.Fields, SystemColumns.IngestedAt);
        _source = MessageShape.Number(shape.Fields, SystemColumns.Source);
    }

    /// <summary>The table's rows.</summary>
    public MessageShape Shape => _shape;

    /// <summary>Compiles one. The table holds the schema.</summary>
    public static RowPlan Compile(MessageShape shape, MaskedSchema schema) =>
        new(shape, RecordPlan.Compile(shape.Fields, schema.Columns, path: ""));

    /// <summary>Writes a row.</summary>
    /// <exception cref="SinkRowException">It does not have the shape of its schema. Nothing of it is left in the buffer.</exception>
    public void Write(in MaskedRow row, ReadOnlySpan<byte> source, DateTimeOffset ingestedAt, ProtoBuffer output)
    {
        var start = output.Length;
        output.WriteInt64(_partition, row.Partition);
        output.WriteInt64(_offset, row.Offset);
        output.WriteInt64(_eventTime, Microseconds(row.EventTime));
        output.WriteInt64(_ingestedAt, Microseconds(ingestedAt));
        output.WriteBytes(_source, source);
        string? fault;
        try
        {
            var reader = new Utf8JsonReader(row.Json.Span, s_json);
            fault =
                reader.Read() && reader.TokenType == JsonTokenType.StartObject
                    ? _record.Write(ref reader, output)
                    : "a row is not a JSON object";
            if (fault is null && reader.Read())
            {
                fault = "a row is not one JSON object";
            }
        }
        catch (JsonException)
        {
            // Its message quotes what it could not read.
            fault = "a row is not JSON";
        }
        catch (InvalidOperationException)
        {
            fault = "a row is not UTF-8";
        }

        if (fault is not null)
        {
            output.Truncate(start);
            throw new SinkRowException($"Table {_shape.Table}: {fault}.");
        }
    }

    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
