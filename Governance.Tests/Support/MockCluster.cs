using System.Diagnostics;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Governance.Tests.Support;

/// <summary>
/// librdkafka's mock cluster through its own C interface, which the managed client does not show: brokers that go down and come up, requests that fail, and
/// topics of as many partitions as are wanted. It keeps 5 MB a partition and trims what is older without a word.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private const int Producer = 0;
    private readonly Api _api = Api.Load();
    private readonly nint _client;
    private readonly nint _cluster;
    private bool _isDisposed;

    public MockCluster(int brokers = 1)
    {
        Brokers = brokers;
        var settings = _api.NewSettings();
        var error = Marshal.AllocHGlobal(512);
        try
        {
            _ = _api.Configure(settings, "log_level", "0", error, 512);
            _client = _api.NewClient(Producer, settings, error, 512);
            if (_client == 0)
            {
                throw new InvalidOperationException(Marshal.PtrToStringUTF8(error));
            }
        }
        finally
        {
            Marshal.FreeHGlobal(error);
        }

        _cluster = _api.NewCluster(_client, brokers);
        BootstrapServers = Marshal.PtrToStringUTF8(_api.Bootstraps(_cluster))!;
        // The first member of a group need not wait for others.
        _api.SetRebalanceDelay(_cluster, 500);
    }

    public int Brokers { get; }

    public string BootstrapServers { get; }

    public void CreateTopic(string topic, int partitions) =>
        Must(_api.CreateTopic(_cluster, topic, partitions, Math.Min(Brokers, 3)));

    /// <summary>A broker listens no more, and drops all its connections. Brokers count from 1.</summary>
    public void Down(int broker) => Must(_api.Down(_cluster, broker));

    public void Up(int broker) => Must(_api.Up(_cluster, broker));

    /// <summary>How long each answer of a broker takes.</summary>
    public void Slow(int broker, int milliseconds) => Must(_api.SetRoundTrip(_cluster, broker, milliseconds));

    /// <summary>The next requests of a kind fail so, one after the other; <see cref="ErrorCode.Local_Transport"/> drops the connection.</summary>
    public void Fail(MockRequest request, params ErrorCode[] errors) =>
        _api.Fail(_cluster, (short)request, (nuint)errors.Length, [.. errors.Select(error => (int)error)]);

    /// <summary>No more requests fail.</summary>
    public void Heal()
    {
        foreach (var request in Enum.GetValues<MockRequest>())
        {
            _api.Heal(_cluster, (short)request);
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _api.DestroyCluster(_cluster);
            _api.DestroyClient(_client);
        }
    }

    private static void Must(int error) => ((ErrorCode)error).Should().Be(ErrorCode.NoError);

    /// <summary>The functions of <c>rdkafka_mock.h</c>, of the library that the managed client has loaded: it chooses one of several files.</summary>
    private sealed class Api(nint library)
    {
        public delegate nint Make();

        public delegate nint MakeClient(int type, nint settings, nint error, nuint length);

        public delegate nint MakeCluster(nint client, int brokers);

        public delegate nint Read(nint cluster);

        public delegate void Destroy(nint one);

        public delegate void Set(nint one, int value);

        public delegate int SetText(
            nint settings,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
            nint error,
            nuint length
        );

        public delegate int ChangeBroker(nint cluster, int broker);

        public delegate int ChangeBrokerTo(nint cluster, int broker, int value);

        public delegate int MakeTopic(
            nint cluster,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string topic,
            int partitions,
            int replicas
        );

        public delegate void FailRequests(nint cluster, short request, nuint count, int[] errors);

        public delegate void HealRequests(nint cluster, short request);

        public Make NewSettings { get; } = Function<Make>(library, "rd_kafka_conf_new");

        public MakeClient NewClient { get; } = Function<MakeClient>(library, "rd_kafka_new");

        public SetText Configure { get; } = Function<SetText>(library, "rd_kafka_conf_set");

        public MakeCluster NewCluster { get; } = Function<MakeCluster>(library, "rd_kafka_mock_cluster_new");

        public Read Bootstraps { get; } = Function<Read>(library, "rd_kafka_mock_cluster_bootstraps");

        public Set SetRebalanceDelay { get; } =
            Function<Set>(library, "rd_kafka_mock_group_initial_rebalance_delay_ms");

        public MakeTopic CreateTopic { get; } = Function<MakeTopic>(library, "rd_kafka_mock_topic_create");

        public ChangeBroker Down { get; } = Function<ChangeBroker>(library, "rd_kafka_mock_broker_set_down");

        public ChangeBroker Up { get; } = Function<ChangeBroker>(library, "rd_kafka_mock_broker_set_up");

        public ChangeBrokerTo SetRoundTrip { get; } = Function<ChangeBrokerTo>(library, "rd_kafka_mock_broker_set_rtt");

        public FailRequests Fail { get; } = Function<FailRequests>(library, "rd_kafka_mock_push_request_errors_array");

        public HealRequests Heal { get; } = Function<HealRequests>(library, "rd_kafka_mock_clear_request_errors");

        public Destroy DestroyCluster { get; } = Function<Destroy>(library, "rd_kafka_mock_cluster_destroy");

        public Destroy DestroyClient { get; } = Function<Destroy>(library, "rd_kafka_destroy");

        public static Api Load()
        {
            _ = Library.Version;
            using var process = Process.GetCurrentProcess();
            var file = process
                .Modules.Cast<ProcessModule>()
                .First(module => module.ModuleName.Contains("librdkafka", StringComparison.Ordinal))
                .FileName;
            return new Api(NativeLibrary.Load(file));
        }

        private static T Function<T>(nint library, string name)
            where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
    }
}

/// <summary>Kinds of requests, by their numbers in Kafka's protocol. https://kafka.apache.org/protocol#protocol_api_keys</summary>
internal enum MockRequest
{
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    LeaveGroup = 13,
    SyncGroup = 14,
}
