using Governance.Bench.Masking;
using Governance.Bench.Measuring;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Bench.Stream;

/// <summary>End to end: what masking costs beside passing records on, and what landing costs beside a bare appender.</summary>
internal static class StreamBenchmark
{
    private const int Topics = 16;
    private const int Pairs = 5;
    private const int Customers = 20_000;
    private const double TopicFloor = 0.75;
    private const double WarehouseFloor = 0.80;

    public static async Task<int> RunAsync(TextWriter output, string? part)
    {
        var records = EnergyRecords.Make(large: false, 50_000, Customers);
        var table = new Table("measure", "a second", "a CPU-second", "B a record", "of it", "floor", "");
        var kept = true;
        if (part is null or "topics")
        {
            foreach (var scenario in new[] { Scenario.Token, Scenario.Surrogate })
            {
                kept &= await TopicsAsync(output, table, scenario, records);
            }
        }

        if (part is null or "warehouse")
        {
            kept &= await WarehouseBenchmark.RunAsync(output, table, records, Pairs, WarehouseFloor);
        }

        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine(
            $"Measured in one run on {Environment.ProcessorCount} processors, with broker, clients and collector in this process: processor time is that of all of them."
        );
        output.WriteLine(
            $"Pairs are interleaved, the first one is discarded; the middle of the {Pairs} pairs' ratios counts. Batches of 5,000 to topics and of 20,000 into DuckDB; the mock cluster's transactions, which cost what they cost and promise nothing."
        );
        output.WriteLine(kept ? "All floors are kept." : "A floor is missed.");
        return kept ? 0 : 1;
    }

    /// <summary>The middle of several numbers.</summary>
    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static async Task<bool> TopicsAsync(
        TextWriter output,
        Table table,
        Scenario scenario,
        EnergyRecords records
    )
    {
        var names = Enumerable.Range(0, Topics).Select(number => $"readings-{scenario.Method}-{number}").ToArray();
        var fields = Fields(records);
        var datasets = names
            .Select(name =>
                scenario.Contract(fields) with
                {
                    Name = name,
                    Topic = name,
                    Delivery = new Delivery(ToWarehouse: false, ToTopic: true, null, null, []),
                }
            )
            .ToArray();
        var parts = new StreamParts(
            new ContractCatalog([new Contract("bench", "1", "bench", "active", "bench", "hash", [.. datasets])]),
            records.SchemaText
        );
        using var broker = new BenchBroker(names.Concat(datasets.Select(dataset => dataset.MaskedTopic)));
        var count = broker.Fill(names, records, keyed: false);
        using var keys = TenantKeys.CreateEphemeral();
        await using var identifiers = new Identifiers(
            keys,
            new ForgetfulVault(),
            new IdentifiersOptions(),
            TimeProvider.System
        );
        var runs = new TopicRuns(broker, parts, keys, identifiers, count);
        var pairs = new List<(Measured Plain, Measured Masked)>();
        for (var pair = 0; pair <= Pairs; pair++)
        {
            var plain = await runs.PlainAsync();
            var masked = await runs.MaskedAsync();
            output.WriteLine(
                $"{scenario.Method}, pair {pair}: plain {plain.PerCpuSecond:N0} a CPU-second, masked {masked.PerCpuSecond:N0}: {masked.PerCpuSecond / plain.PerCpuSecond:F2}{(pair == 0 ? " (discarded)" : "")}"
            );
            if (pair > 0)
            {
                pairs.Add((plain, masked));
            }
        }

        if (parts.Quarantined > 0)
        {
            output.WriteLine($"{parts.Quarantined} events went to quarantine: this says nothing.");
            return false;
        }

        var ratio = Middle(pairs.Select(pair => pair.Masked.PerCpuSecond / pair.Plain.PerCpuSecond));
        var plainMiddle = pairs.OrderBy(pair => pair.Plain.PerCpuSecond).ElementAt(Pairs / 2).Plain;
        var maskedMiddle = pairs.OrderBy(pair => pair.Masked.PerCpuSecond).ElementAt(Pairs / 2).Masked;
        Row(table, $"topic to topic, {count:N0} records of {records.AverageLength + 5:N0} B: as they are", plainMiddle);
        Row(table, $"the same, five fields by {scenario.Method}", maskedMiddle, ratio, TopicFloor);
        return ratio >= TopicFloor;
    }

    /// <summary>A row of the table.</summary>
    public static void Row(Table table, string name, Measured measured, double? ratio = null, double? floor = null) =>
        table.Add(
            name,
            Table.Number(measured.PerSecond, "N0"),
            Table.Number(measured.PerCpuSecond, "N0"),
            Table.Number(measured.Allocated / (double)measured.Records, "N0"),
            ratio is { } share ? Table.Number(share, "F2") : "",
            floor is { } least ? Table.Number(least, "F2") : "",
            ratio is null || floor is null ? ""
                : ratio >= floor ? "kept"
                : "MISSED"
        );

    /// <summary>Names of the fields of records.</summary>
    public static IReadOnlyList<string> Fields(EnergyRecords records)
    {
        using var schema = System.Text.Json.JsonDocument.Parse(records.SchemaText);
        return
        [
            .. schema
                .RootElement.GetProperty("fields")
                .EnumerateArray()
                .Select(field => field.GetProperty("name").GetString()!),
        ];
    }
}
