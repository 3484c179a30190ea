using DuckDB.NET.Data;
using Governance.Bench.Masking;
using Governance.Bench.Measuring;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse.DuckDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Bench.Stream;

/// <summary>From topics into DuckDB, beside a bare appender that writes the same masked rows.</summary>
internal static class WarehouseBenchmark
{
    private const int Topics = 4;
    private const int CommitEvery = 20_000;

    public static async Task<bool> RunAsync(
        TextWriter output,
        Table table,
        EnergyRecords records,
        int pairs,
        double floor
    )
    {
        var scenario = Scenario.Surrogate;
        var names = Enumerable.Range(0, Topics).Select(number => $"landed_{number}").ToArray();
        var datasets = names
            .Select(name => scenario.Contract(StreamBenchmark.Fields(records)) with { Name = name, Topic = name })
            .ToArray();
        var parts = new StreamParts(
            new ContractCatalog([new Contract("bench", "1", "bench", "active", "bench", "hash", [.. datasets])]),
            records.SchemaText
        );
        using var broker = new BenchBroker(names);
        var count = broker.Fill(names, records, keyed: false);
        using var keys = TenantKeys.CreateEphemeral();
        await using var identifiers = new Identifiers(
            keys,
            new ForgetfulVault(),
            new IdentifiersOptions(),
            TimeProvider.System
        );
        // As in the service, where plans are compiled once: their batches keep the room that they grew to.
        var plans = new PlanCache(parts, parts, keys, TimeProvider.System);
        var folder = Directory.CreateTempSubdirectory("governance-bench-");
        try
        {
            var measured = new List<(Measured Bare, Measured Landed)>();
            for (var pair = 0; pair <= pairs; pair++)
            {
                var file = Path.Combine(folder.FullName, $"landed-{pair}.duckdb");
                var landed = await LandAsync(file, pair, broker, parts, keys, identifiers, plans, count);
                var bare = await BareAsync(file, Path.Combine(folder.FullName, $"bare-{pair}.duckdb"), names, count);
                output.WriteLine(
                    $"DuckDB, pair {pair}: bare appender {bare.PerSecond:N0} rows a second ({bare.PerCpuSecond:N0} a CPU-second), landed {landed.PerSecond:N0} ({landed.PerCpuSecond:N0}): {landed.PerSecond / bare.PerSecond:F2}{(pair == 0 ? " (discarded)" : "")}"
                );
                if (pair > 0)
                {
                    measured.Add((bare, landed));
                }
            }

            var ratio = StreamBenchmark.Middle(measured.Select(one => one.Landed.PerSecond / one.Bare.PerSecond));
            StreamBenchmark.Row(
                table,
                $"bare appender, {count:N0} masked rows, a commit every {CommitEvery:N0}",
                measured.OrderBy(one => one.Bare.PerSecond).ElementAt(pairs / 2).Bare
            );
            StreamBenchmark.Row(
                table,
                "topic into DuckDB, five fields by surrogate (rows a second)",
                measured.OrderBy(one => one.Landed.PerSecond).ElementAt(pairs / 2).Landed,
                ratio,
                floor
            );
            return ratio >= floor;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Measured> LandAsync(
        string file,
        int run,
        BenchBroker broker,
        StreamParts parts,
        TenantKeys keys,
        Identifiers identifiers,
        PlanCache plans,
        int count
    )
    {
        var services = new ServiceCollection();
        services.AddDuckDbWarehouse(options =>
        {
            options.FilePath = file;
            options.MemoryLimitMebibytes = 2_048;
        });
        await using var provider = services.BuildServiceProvider();
        var sink = provider.GetRequiredService<IMaskedSink>();
        var options = new InterceptorOptions { GroupId = $"land-{run}", BatchSize = CommitEvery };
        var statistics = new StreamStatistics(TimeProvider.System);
        var states = new MemoryStreamStates();
        var lander = new EventLander(
            new BatchMasker(plans, identifiers, parts, options),
            sink,
            parts,
            keys,
            states,
            statistics,
            NoFaultPoints.Instance,
            NullLogger<EventLander>.Instance
        );
        var consumer = new StreamConsumer(
            new WarehouseWay(broker, sink, lander, options, _ => { }),
            broker,
            parts,
            states,
            statistics,
            options,
            TimeProvider.System,
            NullLogger.Instance
        );
        return await Measured.OfAsync(count, () => statistics.Read().Sum(state => state.Masked), consumer.RunAsync);
    }

    /// <summary>The rows that landed, written once more by DuckDB's own appender, which is given them ready in memory.</summary>
    private static Task<Measured> BareAsync(string landed, string file, IReadOnlyList<string> names, int count)
    {
        var tables = new List<(string Ddl, string Name, object?[][] Rows)>();
        using (var source = new DuckDBConnection($"Data Source={landed}"))
        {
            source.Open();
            foreach (var name in names)
            {
                using var command = source.CreateCommand();
                command.CommandText = $"SELECT sql FROM duckdb_tables() WHERE table_name = '{name}'";
                var ddl = (string)command.ExecuteScalar()!;
                command.CommandText = $"SELECT * FROM {name}";
                using var reader = command.ExecuteReader();
                var rows = new List<object?[]>();
                while (reader.Read())
                {
                    var row = new object?[reader.FieldCount];
                    for (var column = 0; column < row.Length; column++)
                    {
                        row[column] = reader.IsDBNull(column) ? null : reader.GetValue(column);
                    }

                    rows.Add(row);
                }

                tables.Add((ddl, name, [.. rows]));
            }
        }

        var written = 0L;
        return Measured.OfAsync(
            count,
            () => Interlocked.Read(ref written),
            _ =>
            {
                using var target = new DuckDBConnection($"Data Source={file}");
                target.Open();
                foreach (var (ddl, name, rows) in tables)
                {
                    Execute(target, ddl);
                    foreach (var chunk in rows.Chunk(CommitEvery))
                    {
                        Execute(target, "BEGIN");
                        using (var appender = target.CreateAppender(name))
                        {
                            foreach (var row in chunk)
                            {
                                Append(appender.CreateRow(), row);
                            }
                        }

                        Execute(target, "COMMIT");
                        Interlocked.Add(ref written, chunk.Length);
                    }
                }

                return Task.CompletedTask;
            }
        );
    }

    private static void Append(IDuckDBAppenderRow appended, object?[] row)
    {
        foreach (var value in row)
        {
            _ = value switch
            {
                null => appended.AppendNullValue(),
                string text => appended.AppendValue(text),
                int number => appended.AppendValue(number),
                long number => appended.AppendValue(number),
                double number => appended.AppendValue(number),
                Guid id => appended.AppendValue(id),
                DateTime time => appended.AppendValue(time),
                DateTimeOffset time => appended.AppendValue(time),
                _ => throw new NotSupportedException(value.GetType().Name),
            };
        }

        appended.EndRow();
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
