using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Tests.Support;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>What a second process does for the tests beside.</summary>
internal static class WarehouseChild
{
    /// <summary>Rows, distinct offsets, highest offset, and rows whose nested value tells the same offset.</summary>
    internal static string Summary(string table) =>
        $"""
            SELECT count(*), count(DISTINCT _offset), coalesce(max(_offset), 0), count(*) FILTER (s.n = _offset) FROM "{table}"
            """;

    public static async Task OpenAsync(string path)
    {
        using var database = new DuckDbDatabase(new() { FilePath = path });
        using var warehouse = new DuckDbWarehouse(database, TimeProvider.System);
        try
        {
            await warehouse.DescribeAsync(CancellationToken.None);
            await Child.SayAsync("opened");
        }
        catch (WarehouseException error)
        {
            await Child.SayAsync(error.Message);
        }
    }

    public static async Task AppendForEverAsync(string path)
    {
        using var database = new DuckDbDatabase(new() { FilePath = path, CheckpointAfterMebibytes = 1 });
        using var warehouse = new DuckDbWarehouse(database, TimeProvider.System);
        var one = Dataset("one");
        var two = Dataset("two");
        await warehouse.EnsureTableAsync(one, Of(), CancellationToken.None);
        await warehouse.EnsureTableAsync(two, Of(), CancellationToken.None);
        var positions = await warehouse.ReadPositionsAsync(Source, CancellationToken.None);
        var next = positions.GetValueOrDefault((one.Topic, 0));
        while (true)
        {
            var count = 1 + (int)(next % 700);
            // Tables widen on the way too.
            var schema = next % 5 == 0 ? Of(Field($"extra{next % 7}", ScalarKind.Text)) : Of();
            var rows = Enumerable.Range(0, count).Select(at => At(next + at, schema)).ToArray();
            next += count;
            await warehouse.AppendAsync(
                new MaskedBatch(
                    Source,
                    [new(one, schema, rows), new(two, schema, rows)],
                    new Dictionary<(string, int), long> { [(one.Topic, 0)] = next, [(two.Topic, 0)] = next }
                ),
                CancellationToken.None
            );
            await Child.SayAsync($"{next}");
        }
    }

    private static MaskedSchema Of(params MaskedField[] more) =>
        Schema([Field("s", new StructType([Field("n", ScalarKind.Int64), .. more])), .. more]);

    private static MaskedRow At(long offset, MaskedSchema schema)
    {
        var record = new JsonObject { ["n"] = $"{offset}" };
        var json = new JsonObject { ["s"] = record };
        foreach (var extra in schema.Columns.Skip(1))
        {
            record[extra.Name] = new string('x', 100);
            json[extra.Name] = null;
        }

        return Row(offset, json);
    }
}
