using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Governance.Tests.Sandbox.Registry;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd.Soaking;

/// <summary>
/// One process with embedded state and vault, at the highest rate that the machine holds, into the embedded warehouse or into masked topics: records are
/// produced so that some always wait and never many. Broker and registry stand in this process, so that the memory measured is the interceptor's.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const string MinutesVariable = "GOVERNANCE_SOAK_MINUTES";
    private const int Topics = 8;
    private const int Partitions = 4;
    private const int People = 20_000;

    // A second's work or more: the interceptor never waits for records, and the broker trims none.
    private const int Waiting = 60_000;
    private const long Mebibyte = 1_024 * 1_024;

    // DuckDB keeps as much of its file in memory as it may, which is no growth without end: it is there within the first third.
    private const string Pool = "256";

    // That, the runtime, the heap, and two batches.
    private const long MostResident = 1_200 * Mebibyte;

    // What DuckDB knows of its file's blocks stays in memory, outside of what it may keep: so much of each byte, twice what was seen of DuckDB alone.
    private const double Known = 0.012;

    [Fact(Explicit = true)]
    public Task Interceptor_AtTheHighestRateForLongIntoTables_StaysFlatInMemoryAndHoldsItsRate() =>
        RunAsync("warehouse");

    [Fact(Explicit = true)]
    public Task Interceptor_AtTheHighestRateForLongIntoTopics_StaysFlatInMemoryAndHoldsItsRate() => RunAsync("topic");

    private async Task RunAsync(string delivery)
    {
        ProcessMemory.SkipWithout();
        var minutes = double.TryParse(
            Environment.GetEnvironmentVariable(MinutesVariable),
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 15;
        await using var registry = new RegistryHost();
        await registry.InitializeAsync();
        var topics = SmallRecords.Topics(Topics);
        var schema = 0;
        using var broker = new MockCluster();
        foreach (var topic in topics)
        {
            schema = await registry.RegisterAsync(topic, SmallRecords.Schema);
            broker.CreateTopic(topic, Partitions);
            broker.CreateTopic(Masked(topic), Partitions);
        }

        using var folder = new TemporaryFolder();
        SmallRecords.WriteContract(folder.File("contracts"), topics, delivery);
        await using var process = Start(folder, broker, registry);
        using var posting = new FlatPosting(broker.BootstrapServers, topics, Partitions);
        var file = new FileInfo(Path.Combine(folder.File("data"), "warehouse.duckdb"));
        var samples = await SoakAsync(process, posting, schema, file, TimeSpan.FromMinutes(minutes));

        (await process.StopAsync()).Should().Be(0, process.Output);
        Array.ForEach([.. samples.Table(15)], output.WriteLine);
        var settled = samples.Part(1.0 / 3, 1);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{posting.Count:N0} records; {samples.Rate:N0} a second; in the last two thirds RSS grows by {settled.Growth(sample => sample.Resident) / Mebibyte:F1} MiB, the managed heap by {settled.Growth(sample => sample.Heap) / Mebibyte:F1} MiB, the warehouse's file by {settled.Growth(sample => sample.Stored) / Mebibyte:F0} MiB"
            )
        );

        if (delivery is "topic")
        {
            ExpectEachOnce(broker, topics);
        }
        else
        {
            Rows(folder.File("data")).Should().Be(posting.Count, "each record is one row");
        }

        samples.All.Max(sample => sample.Resident).Should().BeLessThan(MostResident);
        settled
            .Growth(sample => sample.Resident)
            .Should()
            .BeLessThan(
                (0.05 * settled.All.Average(sample => sample.Resident))
                    + (Known * settled.Growth(sample => sample.Stored)),
                "memory is flat"
            );
        settled
            .Growth(sample => sample.Heap)
            .Should()
            .BeLessThan(0.15 * settled.All.Average(sample => sample.Heap), "the heap is flat");
        // What waits is bounded by whoever produces; so a lag that would grow shows as a rate that falls.
        samples.Part(2.0 / 3, 1).Rate.Should().BeGreaterThan(0.8 * samples.Part(1.0 / 3, 2.0 / 3).Rate);
        settled.All.Average(sample => sample.Age).Should().BeLessThan(30);
        settled
            .All.Average(sample => sample.Waiting)
            .Should()
            .BeGreaterThan(Waiting / 2.0, "there is always more to do");
    }

    private async Task<SampleSeries> SoakAsync(
        ServiceProcess process,
        FlatPosting posting,
        int schema,
        FileInfo file,
        TimeSpan length
    )
    {
        var address = await process.AddressAsync();
        using var http = new HttpClient();
        var records = Enumerable
            .Range(0, 50_000)
            .Select(number => SmallRecords.Encode(schema, number % People, number, "what nobody may see"))
            .ToArray();
        var samples = new List<Sample>();
        var (began, sampled, told) = (Stopwatch.GetTimestamp(), 0.0, 0.0);
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var consumed = await ObserveAsync();
            while (posting.Count - consumed < Waiting)
            {
                posting.Post(records[posting.Count % records.Length]);
            }

            await Task.Delay(50);
        }

        posting.Flush();
        await Wait.UntilAsync(
            async () => await ObserveAsync() >= posting.Count,
            "the last records are done with",
            seconds: 600
        );
        return new SampleSeries(samples);

        async Task<long> ObserveAsync()
        {
            var scrape = await Scrape.OfAsync(http, address);
            var consumed = (long)scrape.Sum("governance_stream_consumed_total");
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (seconds - sampled >= 3 && seconds < length.TotalSeconds)
            {
                sampled = seconds;
                var heap = (long)scrape.Sum("dotnet_gc_last_collection_heap_size_bytes");
                heap.Should().BePositive("the runtime tells its heap");
                file.Refresh();
                samples.Add(
                    new Sample(
                        seconds,
                        ProcessMemory.Resident(process.Id),
                        heap,
                        file.Exists ? file.Length : 0,
                        consumed,
                        posting.Count - consumed,
                        scrape.Max("governance_stream_newest_age_seconds")
                    )
                );
                if (seconds - told >= 30)
                {
                    told = seconds;
                    var last = samples[^1];
                    output.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{TimeSpan.FromSeconds(seconds):mm\\:ss} {last.Consumed:N0} rows, {last.Consumed / seconds:N0} a second, RSS {last.Resident / Mebibyte} MiB, heap {last.Heap / Mebibyte} MiB, {last.Waiting:N0} wait"
                        )
                    );
                }
            }

            return consumed;
        }
    }

    private static ServiceProcess Start(TemporaryFolder folder, MockCluster broker, RegistryHost registry) =>
        ServiceProcess.Start([
            "--roles=stream",
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={folder.File("data")}",
            $"--Governance:Contracts:Preload={folder.File("contracts")}",
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            "--Governance:Kafka:SourceId=soak",
            "--Governance:Kafka:KeepsTransactions=false",
            $"--Governance:SchemaRegistry:Url={registry.Address}",
            $"--Governance:Warehouse:DuckDb:MemoryLimitMebibytes={Pool}",
            "--Governance:Sandbox:Generator:Enabled=false",
        ]);

    private static string Masked(string topic) => $"{topic}.masked";

    // Offsets count the markers of transactions, too, and the broker keeps only the newest: of these, each stands once.
    private static void ExpectEachOnce(MockCluster broker, IEnumerable<string> topics)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = broker.BootstrapServers,
                GroupId = "looking",
                EnablePartitionEof = true,
            }
        ).Build();
        foreach (var topic in topics)
        {
            var seen = new HashSet<(long, string)>();
            consumer.Assign(
                Enumerable
                    .Range(0, Partitions)
                    .Select(partition => new TopicPartitionOffset(Masked(topic), partition, Offset.Beginning))
            );
            for (var ends = 0; ends < Partitions; )
            {
                var found = consumer.Consume(TimeSpan.FromSeconds(10));
                if (found.IsPartitionEOF)
                {
                    ends++;
                    continue;
                }

                seen.Add((found.Message.Timestamp.UnixTimestampMs, Convert.ToBase64String(found.Message.Value)))
                    .Should()
                    .BeTrue("{0} is delivered once", found.TopicPartitionOffset);
            }

            seen.Should().NotBeEmpty();
        }
    }

    private static long Rows(string dataDirectory)
    {
        using var warehouse = WarehouseFile.Open(dataDirectory);
        return warehouse.Counts().Where(table => !table.Key.StartsWith('_')).Sum(table => table.Value);
    }
}
