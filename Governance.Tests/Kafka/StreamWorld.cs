using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Governance.Masking;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Tests.Kafka;

/// <summary>
/// The interceptor over librdkafka's mock cluster, with registry, warehouse, quarantine and states in memory. Members that are started
/// share all of it, as processes over one state do. What the mock cluster cannot show stands in ops/docs/streams.md.
/// </summary>
internal sealed class StreamWorld : IAsyncDisposable
{
    private readonly MaskingBench _bench = new();
    private readonly List<Member> _members = [];

    public StreamWorld(params Dataset[] datasets)
    {
        Broker = new MockBroker(datasets.SelectMany(dataset => new[] { dataset.Topic, dataset.MaskedTopic }));
        Contracts.Publish(datasets);
        Writer = new TopicWriter(Broker.BootstrapServers);
    }

    public MockBroker Broker { get; }

    public TopicWriter Writer { get; }

    public FixedContracts Contracts { get; } = new();

    public MemoryRegistry Registry { get; } = new();

    public MemorySink Sink { get; } = new();

    public MemoryQuarantine Quarantine { get; } = new();

    public SwitchedStates States { get; } = new();

    public MaskingBench Bench => _bench;

    public string SurrogateOf(string domain, string plain) => _bench.SurrogateOf(domain, plain).ToString();

    /// <summary>Starts a member of the group.</summary>
    public Member Start(Action<InterceptorOptions>? adjust = null)
    {
        var options = new InterceptorOptions { BatchWaitMilliseconds = 20, MaximumRetryMilliseconds = 500 };
        adjust?.Invoke(options);
        var member = new Member(this, options);
        _members.Add(member);
        return member;
    }

    public TopicDelivery Delivery(InterceptorOptions options, StreamStatistics statistics, MaskedProducers producers)
    {
        var plans = new PlanCache(Contracts, Registry, _bench.Keys, TimeProvider.System);
        return new TopicDelivery(
            new MessageMasker(
                plans,
                _bench.Identifiers,
                NoSuppressions.Instance,
                new MaskedSubjects(Registry),
                options
            ),
            producers,
            Contracts,
            Sink,
            Quarantine,
            _bench.Keys,
            States,
            statistics,
            NoFaultPoints.Instance,
            NullLogger<TopicDelivery>.Instance
        );
    }

    public Interceptor Interceptor(InterceptorOptions options, StreamStatistics statistics)
    {
        var endpoint = new Endpoint(Broker.BootstrapServers);
        var plans = new PlanCache(Contracts, Registry, _bench.Keys, TimeProvider.System);
        var producers = new MaskedProducers(
            endpoint,
            options,
            TimeProvider.System,
            NullLogger<MaskedProducers>.Instance
        );
        return new Interceptor(
            endpoint,
            Contracts,
            Sink,
            new EventLander(
                new BatchMasker(plans, _bench.Identifiers, NoSuppressions.Instance, options),
                Sink,
                Quarantine,
                _bench.Keys,
                States,
                statistics,
                NoFaultPoints.Instance,
                NullLogger<EventLander>.Instance
            ),
            Delivery(options, statistics, producers),
            producers,
            States,
            statistics,
            options,
            TimeProvider.System,
            NullLogger<Interceptor>.Instance
        );
    }

    /// <summary>Reads a topic until it has so many messages, and a little longer for what should not be there.</summary>
    public List<ConsumeResult<byte[], byte[]>> Read(string topic, int count, int seconds = 30)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = Broker.BootstrapServers,
                GroupId = $"reader-{Guid.CreateVersion7():N}",
                AutoOffsetReset = AutoOffsetReset.Earliest,
                FetchWaitMaxMs = 10,
            }
        ).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(
            Enumerable.Range(0, 4).Select(number => new TopicPartitionOffset(topic, number, Offset.Beginning))
        );
        var found = new List<ConsumeResult<byte[], byte[]>>();
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until).TotalSeconds < seconds)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(found.Count < count ? 200 : 500)) is { } message)
            {
                found.Add(message);
            }
            else if (found.Count >= count)
            {
                break;
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        Writer.Dispose();
        Broker.Dispose();
        await _bench.DisposeAsync();
    }

    /// <summary>A member while it runs.</summary>
    internal sealed class Member : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;

        public Member(StreamWorld world, InterceptorOptions options)
        {
            Interceptor = world.Interceptor(options, Statistics);
            _run = Task.Run(() => Interceptor.RunAsync(_stop.Token));
        }

        public Interceptor Interceptor { get; }

        public StreamStatistics Statistics { get; } = new(TimeProvider.System);

        public StreamState Of(string topic) =>
            Statistics.Read().SingleOrDefault(state => state.Topic == topic) ?? StreamState.Quiet(topic);

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            try
            {
                await _run;
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }
    }

    private sealed class Endpoint(string servers) : IKafkaEndpoint
    {
        public string BootstrapServers => servers;

        public string SourceId => "world";

        public bool KeepsTransactions => false;

        public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Contracts that a test publishes.</summary>
internal sealed class FixedContracts : IContractCatalogSource
{
    private int _version;

    public ContractCatalog Current { get; private set; } = ContractCatalog.Empty;

    public void Publish(params Dataset[] datasets)
    {
        var version = Interlocked.Increment(ref _version).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Current = new ContractCatalog(
            datasets
                .GroupBy(dataset => dataset.ContractId)
                .Select(group => new Contract(group.Key, version, group.Key, "active", "team", version, [.. group]))
        );
    }
}

/// <summary>A registry that takes every schema, but what it was told to refuse.</summary>
internal sealed class MemoryRegistry : ISchemaRegistry
{
    private readonly ConcurrentDictionary<int, string> _schemas = new();

    public ConcurrentDictionary<(string Subject, string Schema), int> Subjects { get; } = new();

    /// <summary>Subjects that take no further schema.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it does not answer.</summary>
    public bool IsAway { get; set; }

    public ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) =>
        IsAway ? throw new SchemaRegistryException(SchemaRegistryFailure.Unavailable, 0, "away")
        : _schemas.TryGetValue(id, out var schema) ? new(schema)
        : throw new SchemaRegistryException(SchemaRegistryFailure.NotFound, 40403, "no such schema");

    public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        if (Subjects.TryGetValue((subject, schema), out var known))
        {
            return Task.FromResult(known);
        }

        if (IsAway)
        {
            throw new SchemaRegistryException(SchemaRegistryFailure.Unavailable, 0, "away");
        }

        if (Refused.ContainsKey(subject))
        {
            throw new SchemaRegistryException(SchemaRegistryFailure.Refused, 409, "incompatible");
        }

        var id = _schemas.FirstOrDefault(pair => pair.Value == schema).Key is > 0 and var same
            ? same
            : _schemas.Count + 1;
        _schemas[id] = schema;
        return Task.FromResult(Subjects.GetOrAdd((subject, schema), id));
    }

    public Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>A warehouse in memory with the one promise that counts: rows and positions together, and never backwards.</summary>
internal sealed class MemorySink : IMaskedSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, int Partition), long> _positions = [];
    private readonly List<(string Topic, int Partition, long Offset, string Json)> _rows = [];

    /// <summary>Datasets whose tables hold no schema.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>How long an append takes.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>Whether every append fails.</summary>
    public bool IsAway { get; set; }

    /// <summary>The most rows of one append.</summary>
    public int Largest { get; private set; }

    public IReadOnlyList<(string Topic, int Partition, long Offset, string Json)> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows];
            }
        }
    }

    public Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
        Refused.ContainsKey(dataset.Name)
            ? throw new SinkSchemaException($"Table {dataset.Name} cannot hold it.")
            : Task.CompletedTask;

    public Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<(string Topic, int Partition), long>>(
                new Dictionary<(string Topic, int Partition), long>(_positions)
            );
        }
    }

    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) => new(new Lease());

    public async Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        await Task.Delay(Slowness, cancellationToken);
        if (IsAway)
        {
            throw new IOException("away");
        }

        lock (_lock)
        {
            if (batch.Positions.Any(item => item.Value < _positions.GetValueOrDefault(item.Key)))
            {
                throw new SinkPositionException("appended before");
            }

            foreach (var rows in batch.Rows)
            {
                foreach (var row in rows.Rows)
                {
                    if (
                        row.Offset < _positions.GetValueOrDefault((rows.Dataset.Topic, row.Partition))
                        && !batch.Replayed
                    )
                    {
                        throw new SinkPositionException("appended before");
                    }
                }
            }

            _rows.AddRange(
                batch.Rows.SelectMany(rows =>
                    rows.Rows.Select(row =>
                        (rows.Dataset.Topic, row.Partition, row.Offset, Encoding.UTF8.GetString(row.Json.Span))
                    )
                )
            );
            Largest = Math.Max(Largest, batch.Rows.Sum(rows => rows.Rows.Count));
            foreach (var (partition, next) in batch.Positions)
            {
                _positions[partition] = next;
            }
        }
    }

    public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class Lease : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A quarantine in memory.</summary>
internal sealed class MemoryQuarantine : IQuarantine
{
    private readonly ConcurrentDictionary<(string, string, int, long, string), QuarantinedEvent> _kept = new();

    public IReadOnlyCollection<QuarantinedEvent> Kept => [.. _kept.Values];

    public Task AddAsync(IReadOnlyList<QuarantinedEvent> events, CancellationToken cancellationToken)
    {
        foreach (var one in events)
        {
            _kept[(one.Source, one.Topic, one.Partition, one.Offset, one.Way)] = one;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KeptEvent>> ReadAsync(
        QuarantineFilter filter,
        long after,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<int> RemoveAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<QuarantineCount>> CountAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>States that a test switches; halts are kept.</summary>
internal sealed class SwitchedStates : IStreamStates
{
    private readonly ConcurrentDictionary<string, string> _stopped = new(StringComparer.Ordinal);

    public string? CodeOf(string topic) => _stopped.GetValueOrDefault(topic);

    public bool Runs(string topic) => !_stopped.ContainsKey(topic);

    public void Pause(string topic) => _stopped[topic] = "paused";

    public void Resume(string topic) => _stopped.TryRemove(topic, out _);

    public ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task HaltAsync(string topic, string code, string reason, CancellationToken cancellationToken)
    {
        _stopped.TryAdd(topic, code);
        return Task.CompletedTask;
    }
}

/// <summary>Nobody is erased.</summary>
internal sealed class NoSuppressions : ISuppressionList
{
    public static NoSuppressions Instance { get; } = new();

    public bool Contains(in Governance.Masking.Vault.IdentifierKey key) => false;
}
