using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Governance.Api.Sandbox.Generator;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Tests.Sandbox.Generator;

/// <summary>The generator in the real host, over starts and restarts; the warehouse's positions are the test's.</summary>
public sealed class GeneratorServiceTests
{
    private static readonly string[] Small =
    [
        "--Governance:Sandbox:Generator:Enabled=true",
        "--Governance:Sandbox:Generator:Customers=12",
        "--Governance:Sandbox:Generator:HistoryDays=2",
        "--Governance:Sandbox:Generator:EventsPerSecond=50",
    ];

    [Fact]
    public async Task Restart_BeforeTheHistoryLanded_WritesTheSameLogUnderTheSameName()
    {
        using var folder = new TemporaryFolder();
        var sink = new Positions();
        string source;
        Log before;
        await using (var host = await StartAsync(folder, sink))
        {
            source = Kafka(host).SourceId;
            before = await FilledAsync(host);
            File.Exists(Path.Combine(folder.Path, SandboxFile.Name)).Should().BeFalse("nobody joins before");

            // Half of it lands; then the process ends.
            sink.Land(source, before, share: 2);
        }

        // Other settings must not change a history that has begun to land.
        await using (var host = await StartAsync(folder, sink, "--Governance:Sandbox:Generator:Customers=30"))
        {
            Kafka(host).SourceId.Should().Be(source);
            var after = await FilledAsync(host);
            after.Should().BeEquivalentTo(before);

            sink.Land(source, after);
            await PublishedAsync(folder);
        }

        await using (var host = await StartAsync(folder, sink))
        {
            Kafka(host).SourceId.Should().NotBe(source);
            await PublishedAsync(folder);
            var live = await ReadAsync(host, atLeast: 20);
            live.Should().HaveCountGreaterThanOrEqualTo(20);
            live.Values.Should().NotIntersectWith(before.Values, "the history is not told again");
        }
    }

    [Fact]
    public async Task Live_RateIsZero_NothingFollowsTheHistory()
    {
        using var folder = new TemporaryFolder();
        var sink = new Positions { LandsAll = true };
        await using var host = await StartAsync(folder, sink, "--Governance:Sandbox:Generator:EventsPerSecond=0");
        sink.Log = () => ReadEndsAsync(host);
        await PublishedAsync(folder);

        var once = await ReadEndsAsync(host);
        await Task.Delay(500);

        (await ReadEndsAsync(host)).Should().BeEquivalentTo(once);
    }

    [Fact]
    public async Task Start_Disabled_OpensAtOnceAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        await using (
            var host = await StartAsync(folder, new Positions(), "--Governance:Sandbox:Generator:Enabled=false")
        )
        {
            var file = await PublishedAsync(folder);

            (await ReadEndsAsync(host)).Values.Sum().Should().Be(0);
            file["bootstrapServers"]!.ToString().Should().Be(Kafka(host).BootstrapServers);
            file["apiUrl"]!.ToString().Should().Be(host.Address.ToString().TrimEnd('/'));
            var answer = await host.Client.GetStringAsync($"{file["schemaRegistryUrl"]}/subjects");
            answer.Should().Be("[]");
        }

        File.Exists(Path.Combine(folder.Path, SandboxFile.Name)).Should().BeFalse("it names what is gone");
    }

    [Fact]
    public async Task Restart_WithABrokerOfItsOwn_TheHistoryIsToldOnce()
    {
        using var elsewhere = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        await using var other = await StartAsync(
            elsewhere,
            new Positions(),
            "--Governance:Sandbox:Generator:Enabled=false"
        );
        string[] settings =
        [
            $"--Governance:Kafka:BootstrapServers={Kafka(other).BootstrapServers}",
            "--Governance:Kafka:SourceId=the-cluster",
            "--Governance:Sandbox:Generator:EventsPerSecond=0",
        ];
        await using (var first = await StartAsync(folder, new Positions(), settings))
        {
            Kafka(first).SourceId.Should().Be("the-cluster");
            await PublishedAsync(folder);
        }

        var once = await ReadEndsAsync(other);
        once.Values.Sum().Should().BeGreaterThan(50);
        await using (await StartAsync(folder, new Positions(), settings))
        {
            await PublishedAsync(folder);
        }

        (await ReadEndsAsync(other)).Should().BeEquivalentTo(once);
    }

    private static Task<SandboxHost> StartAsync(TemporaryFolder folder, Positions sink, params string[] settings) =>
        SandboxHost.StartAsync(
            [.. Small, .. settings],
            builder =>
            {
                builder.Services.RemoveAll<IMaskedSink>();
                builder.Services.AddSingleton<IMaskedSink>(sink);
            },
            dataDirectory: folder.Path
        );

    private static IKafkaEndpoint Kafka(SandboxHost host) => host.Services.GetRequiredService<IKafkaEndpoint>();

    private static async Task<JsonNode> PublishedAsync(TemporaryFolder folder)
    {
        var path = Path.Combine(folder.Path, SandboxFile.Name);
        for (var i = 0; i < 1200 && !File.Exists(path); i++)
        {
            await Task.Delay(50);
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(path))!;
    }

    private static async Task<Log> FilledAsync(SandboxHost host)
    {
        await Kafka(host).WaitUntilFilledAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
        var ends = await ReadEndsAsync(host);
        return await ReadAsync(host, (int)ends.Values.Sum());
    }

    private static Task<Dictionary<(string Topic, int Partition), long>> ReadEndsAsync(SandboxHost host) =>
        Task.Run(() =>
        {
            using var consumer = Consumer(host);
            return Partitions(host)
                .ToDictionary(
                    p => (p.Topic, p.Partition.Value),
                    p => consumer.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(5)).High.Value
                );
        });

    private static Task<Log> ReadAsync(SandboxHost host, int atLeast) =>
        Task.Run(() =>
        {
            using var consumer = Consumer(host);
            consumer.Assign(Partitions(host).Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
            var log = new Log();
            for (var misses = 0; log.Count < atLeast && misses < 100; )
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } read)
                {
                    log[(read.Topic, read.Partition.Value, read.Offset.Value)] = Convert.ToBase64String(
                        read.Message.Value
                    );
                }
                else
                {
                    misses++;
                }
            }

            return log;
        });

    private static IConsumer<byte[], byte[]> Consumer(SandboxHost host) =>
        new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = Kafka(host).BootstrapServers,
                GroupId = "test",
                EnableAutoCommit = false,
                FetchWaitMaxMs = 10,
            }
        ).Build();

    private static IEnumerable<TopicPartition> Partitions(SandboxHost host) =>
        from topic in host.Services.GetRequiredService<DemoSchemas>().Texts.Keys
        from partition in Enumerable.Range(0, DemoTopics.Partitions)
        select new TopicPartition(topic, partition);

    private sealed class Log : Dictionary<(string Topic, int Partition, long Offset), string>;

    private sealed class Positions : IMaskedSink
    {
        private readonly ConcurrentDictionary<
            string,
            IReadOnlyDictionary<(string Topic, int Partition), long>
        > _positions = new(StringComparer.Ordinal);

        public bool LandsAll { get; init; }

        public Func<Task<Dictionary<(string Topic, int Partition), long>>>? Log { get; set; }

        public void Land(string source, Log log, int share = 1) =>
            _positions[source] = log
                .Keys.GroupBy(place => (place.Topic, place.Partition))
                .ToDictionary(group => group.Key, group => (group.Max(place => place.Offset) + 1) / share);

        public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
            string source,
            CancellationToken cancellationToken
        ) =>
            LandsAll && Log is { } log
                ? await log()
                : _positions.GetValueOrDefault(source) ?? new Dictionary<(string Topic, int Partition), long>();

        public Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
