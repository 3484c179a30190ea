using System.Buffers;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Avro;
using Governance.Tests.Support;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>Rows that go from Avro into DuckDB's vectors are, cell by cell, those that DuckDB casts from their JSON text itself.</summary>
public sealed class RowChunksTests : IAsyncDisposable
{
    private const int Rows = 5_000;

    private readonly MaskingBench _bench = new();
    private readonly TemporaryWarehouse _warehouse = new();

    public async ValueTask DisposeAsync()
    {
        _warehouse.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task AppendAsync_FromAvro_LandsWhatJsonLands()
    {
        var (schema, rows) = await MaskAsync(Rows);
        rows.Should().OnlyContain(row => row.Layout != null);

        await _warehouse.Append(Dataset("avro"), schema, Rows, rows);
        await _warehouse.Append(Dataset("json"), schema, Rows, [.. rows.Select(AsJson)]);

        await SameAsync("avro", "json", Rows);
    }

    [Fact]
    public async Task AppendAsync_FromAvroIntoAWiderTable_LandsWhatJsonLands()
    {
        var (schema, rows) = await MaskAsync(3);
        foreach (var (table, each) in new[] { ("avro", rows), ("json", [.. rows.Select(AsJson)]) })
        {
            await _warehouse.Warehouse.EnsureTableAsync(
                Dataset(table),
                Schema(
                    Field("before", new StructType([Field("a", ScalarKind.Text)])),
                    // Two that the appender widens, and one that only a cast does.
                    Field("count", ScalarKind.Int64),
                    Field("single", ScalarKind.Double),
                    Field("price", new ScalarType(ScalarKind.Decimal, 20, 5)),
                    Field("list", new ListType(ScalarType.Text, ItemNullable: true)),
                    Field("spare", ScalarKind.Date)
                ),
                Cancelled
            );
            await _warehouse.Append(Dataset(table), schema, 3, each);
        }

        await SameAsync("avro", "json", 3);
        (await _warehouse.Type("avro", "count")).Should().Be("BIGINT");
    }

    [Fact]
    public async Task AppendAsync_FromAvroIntoTheWidenedColumnsAlone_LandsWhatJsonLands()
    {
        var (schema, rows) = await MaskAsync(Rows);
        foreach (var (table, each) in new[] { ("avro", rows), ("json", [.. rows.Select(AsJson)]) })
        {
            await _warehouse.Warehouse.EnsureTableAsync(
                Dataset(table),
                Schema(
                    Field("count", ScalarKind.Int64),
                    Field("single", ScalarKind.Double),
                    Field("map", new MapType(ScalarType.Text, ValueNullable: true)),
                    Field("nested", new StructType([Field("a", new ListType(ScalarType.Text, ItemNullable: true))]))
                ),
                Cancelled
            );
            await _warehouse.Append(Dataset(table), schema, Rows, each);
        }

        await SameAsync("avro", "json", Rows);
    }

    [Fact]
    public async Task AppendAsync_ReplayedFromAvro_LandsOnce()
    {
        var (schema, rows) = await MaskAsync(3);
        var replay = Batch(Dataset("avro"), schema, 3, rows) with { Replayed = true };

        await _warehouse.Warehouse.AppendAsync(replay, Cancelled);
        await _warehouse.Warehouse.AppendAsync(replay, Cancelled);
        await _warehouse.Append(Dataset("json"), schema, 3, [.. rows.Select(AsJson)]);

        await SameAsync("avro", "json", 3);
    }

    private async Task SameAsync(string one, string other, int count)
    {
        (await _warehouse.Query($"SELECT count(*) FROM {one}")).Should().Equal($"{count}");
        (await _warehouse.Query($"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other}")).Should().BeEmpty();
        (await _warehouse.Query($"SELECT * FROM {other} EXCEPT ALL SELECT * FROM {one}")).Should().BeEmpty();
    }

    private static MaskedRow AsJson(MaskedRow row) => new(row.Partition, row.Offset, row.EventTime, row.Json);

    private async Task<(MaskedSchema Schema, MaskedRow[] Rows)> MaskAsync(int count)
    {
        var plan = _bench.Compile(FlatRecords.Dataset, FlatRecords.Schema);
        var batch = plan.NewBatch();
        foreach (var body in FlatRecords.Bodies.Array[count].Single())
        {
            batch.Add(body);
        }

        await batch.MaskAsync(_bench.Identifiers, Cancelled);
        var rows = new MaskedRow[count];
        for (var record = 0; record < count; record++)
        {
            batch.FaultOf(record).Should().BeNull();
            var avro = new ArrayBufferWriter<byte>();
            batch.WriteAvro(record, avro);
            rows[record] = new(0, record, DateTimeOffset.UnixEpoch.AddTicks(record), plan.Rows, avro.WrittenMemory);
        }

        return (plan.Schema, rows);
    }
}
