using System.Diagnostics;
using System.Globalization;
using Governance.Tests.BigQuery;
using Governance.Tests.Sandbox.Registry;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Warehouse.BigQuery;

namespace Governance.Tests.EndToEnd;

/// <summary>A slow warehouse behind a backlog that is larger than all that the interceptor may hold of it.</summary>
public sealed class BackPressureTests(ITestOutputHelper output)
{
    private const int Partitions = 100;
    private const int TextBytes = 16_000;

    // Of the 5 MB that the mock cluster keeps of a partition.
    private const int RecordsOfAPartition = 270;
    private const int Mebibyte = 1_024 * 1_024;

    // Two batches of 32 MiB, 32 MiB that the client has fetched ahead and up to 64 MiB that are on their way, and what the runtime has not collected yet.
    // The backlog is larger by far.
    private const long MostGrowth = 260L * Mebibyte;

    // What the runtime leaves uncollected is by the processor's cache and the machine's memory, unless its heap has a limit: with 192 MiB in all, whatever
    // the machine, a backlog of twice that passes or ends the process.
    private static readonly Dictionary<string, string> s_heap = new() { ["DOTNET_GCHeapHardLimit"] = "0xC000000" };
    private static readonly TimeSpan s_slowFor = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Interceptor_SlowWarehouseAndALargeBacklog_HoldsABoundedPartOfItAndLosesNothing()
    {
        ProcessMemory.SkipWithout();
        await using var standIn = await BigQueryStandIn.StartAsync();
        using (var client = new StandInClient(standIn))
        {
            await client.CreateDatasetsAsync(StandInWarehouse.Dataset, StandInWarehouse.Published);
        }

        await using var registry = new RegistryHost();
        await registry.InitializeAsync();
        var topics = SmallRecords.Topics(1);
        using var broker = new MockCluster();
        broker.CreateTopic(topics[0], Partitions);
        using var folder = new TemporaryFolder();
        SmallRecords.WriteContract(folder.File("contracts"), topics);
        await using var process = Start(folder, broker, registry, standIn);
        var address = await process.AddressAsync();
        using var http = new HttpClient();
        using var posting = new FlatPosting(broker.BootstrapServers, topics, Partitions);

        // The way is open, and what it takes by itself is taken.
        var text = new string('x', TextBytes);
        var schema = await registry.RegisterAsync(topics[0], SmallRecords.Schema);
        Fill(1);
        await UntilConsumedAsync(Partitions);
        var before = ProcessMemory.Resident(process.Id);

        standIn.Faults.Next("AppendRows", Fault.Latency(TimeSpan.FromMilliseconds(400)), times: 1_000_000);
        Fill(RecordsOfAPartition - 1);
        var (began, greatest) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(began) < s_slowFor)
        {
            await WatchAsync();
        }

        var consumedSlowly = await ConsumedAsync();
        standIn.Faults.Clear();
        await UntilConsumedAsync(posting.Count, WatchAsync);

        var backlog = (posting.Count - consumedSlowly) * TextBytes;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{before / Mebibyte} MiB before, at most {greatest / Mebibyte} MiB; {consumedSlowly:N0} of {posting.Count:N0} consumed while slow, {backlog / Mebibyte} MiB waited"
            )
        );
        backlog.Should().BeGreaterThan(MostGrowth + (50L * Mebibyte), "a queue without bound would be seen");
        (greatest - before).Should().BeLessThan(MostGrowth);
        standIn
            .World.Datasets[StandInWarehouse.Dataset]
            .Tables[topics[0]]
            .Rows.Should()
            .HaveCount((int)posting.Count, "all landed, none twice");
        (await process.StopAsync()).Should().Be(0, process.Output);

        void Fill(int records)
        {
            for (var sent = 0; sent < records * Partitions; sent++)
            {
                posting.Post(SmallRecords.Encode(schema, sent % 100, posting.Count, text));
            }

            posting.Flush();
        }

        async Task WatchAsync()
        {
            greatest = Math.Max(greatest, ProcessMemory.Resident(process.Id));
            await Task.Delay(50);
        }

        async Task<long> ConsumedAsync() =>
            (long)(await Scrape.OfAsync(http, address)).Sum("governance_stream_consumed_total");

        async Task UntilConsumedAsync(long records, Func<Task>? meanwhile = null)
        {
            var consumed = 0L;
            await Wait.UntilAsync(
                async () =>
                {
                    await (meanwhile?.Invoke() ?? Task.CompletedTask);
                    return (consumed = await ConsumedAsync()) >= records;
                },
                () => $"{records} records consumed, {consumed} were; {process.Output}",
                seconds: 120
            );
        }
    }

    private static ServiceProcess Start(
        TemporaryFolder folder,
        MockCluster broker,
        RegistryHost registry,
        BigQueryStandIn standIn
    ) =>
        ServiceProcess.Start(
            [
                "--roles=stream",
                "--urls=http://127.0.0.1:0",
                $"--Governance:DataDirectory={folder.File("data")}",
                $"--Governance:Contracts:Preload={folder.File("contracts")}",
                $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
                "--Governance:Kafka:SourceId=backlog",
                $"--Governance:SchemaRegistry:Url={registry.Address}",
                "--Governance:Sandbox:Generator:Enabled=false",
                $"--Governance:Warehouse:BigQuery:Project={standIn.Options.Project}",
                $"--Governance:Warehouse:BigQuery:Dataset={StandInWarehouse.Dataset}",
                $"--Governance:Warehouse:BigQuery:PublishedDataset={StandInWarehouse.Published}",
                $"--Governance:Warehouse:BigQuery:Location={standIn.Options.Location}",
                $"--Governance:Warehouse:BigQuery:Endpoint={standIn.Address}",
                $"--Governance:Warehouse:BigQuery:StorageWriteEndpoint={standIn.GrpcAddress}",
                $"--Governance:Warehouse:BigQuery:AccessToken={standIn.Members.TokenFor(standIn.Options.Owner)}",
                "--Governance:Warehouse:BigQuery:PollInterval=00:00:00.050",
            ],
            variables: s_heap
        );
}
