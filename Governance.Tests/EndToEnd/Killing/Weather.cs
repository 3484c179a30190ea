using Confluent.Kafka;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>What fails beside the members, one thing after another: the broker, requests to it, the vault, the warehouse. Each for a while.</summary>
internal sealed class Weather(
    MockCluster broker,
    PostgresInstance vault,
    BigQueryStandIn warehouse,
    KillRunSettings settings,
    Action<string> tell
) : IDisposable
{
    /// <summary>How many kinds of faults there are.</summary>
    public const int Kinds = 10;

    private static readonly IReadOnlyList<(MockRequest Request, ErrorCode[] Errors)> s_errors =
    [
        (
            MockRequest.Fetch,
            [
                ErrorCode.NotLeaderForPartition,
                ErrorCode.RequestTimedOut,
                ErrorCode.OffsetOutOfRange,
                ErrorCode.KafkaStorageError,
                ErrorCode.Local_Transport,
            ]
        ),
        (MockRequest.ListOffsets, [ErrorCode.NotLeaderForPartition, ErrorCode.Local_Transport]),
        (MockRequest.Metadata, [ErrorCode.Local_Transport]),
        (
            MockRequest.OffsetCommit,
            [
                ErrorCode.RebalanceInProgress,
                ErrorCode.IllegalGeneration,
                ErrorCode.UnknownMemberId,
                ErrorCode.NotCoordinatorForGroup,
                ErrorCode.Local_Transport,
            ]
        ),
        (MockRequest.FindCoordinator, [ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.Local_Transport]),
        (
            MockRequest.JoinGroup,
            [ErrorCode.UnknownMemberId, ErrorCode.NotCoordinatorForGroup, ErrorCode.Local_Transport]
        ),
        (MockRequest.SyncGroup, [ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId, ErrorCode.Local_Transport]),
        (
            MockRequest.Heartbeat,
            [
                ErrorCode.UnknownMemberId,
                ErrorCode.IllegalGeneration,
                ErrorCode.NotCoordinatorForGroup,
                ErrorCode.Local_Transport,
            ]
        ),
        (MockRequest.Produce, [ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut, ErrorCode.Local_Transport]),
    ];

    private readonly Dice _dice = Dice.For(settings.Seed, "weather");
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SortedDictionary<string, int> _told = new(StringComparer.Ordinal);

    /// <summary>How often each kind of fault came.</summary>
    public IReadOnlyDictionary<string, int> Told => _told;

    /// <summary>Faults come until it is cancelled, where they come again; every kind comes before one comes again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        (string Name, Func<Task> Run)[] kinds =
        [
            ("a broker is down", () => BrokersAsync(_dice.Between(1, broker.Brokers))),
            ("all brokers are down", () => BrokersAsync([.. Enumerable.Range(1, broker.Brokers)])),
            ("the brokers are slow", SlowBrokersAsync),
            ("requests to the broker fail", FailRequestsAsync),
            ("the vault is down", VaultAsync),
            ("the vault's connections are cut", CutAsync),
            ("the warehouse is away", () => WarehouseAsync("*", Fault.Unavailable, 100_000)),
            (
                "answers of the warehouse are lost",
                () => WarehouseAsync("AppendRows", Fault.AnswerLost, _dice.Between(1, 12))
            ),
            ("requests to the warehouse are lost", () => WarehouseAsync("*", Fault.RequestLost, _dice.Between(1, 12))),
            (
                "the warehouse is slow",
                () => WarehouseAsync("AppendRows", Fault.Latency(TimeSpan.FromMilliseconds(400)), 20)
            ),
        ];
        do
        {
            _dice.Shuffle(kinds);
            foreach (var (name, run) in kinds)
            {
                await Task.Delay(_dice.Between(100, settings.CalmMilliseconds), cancellationToken);
                await _turn.WaitAsync(cancellationToken);
                try
                {
                    tell(name);
                    _told[name] = _told.GetValueOrDefault(name) + 1;
                    // To its end, whatever else ends: what it took down it brings up again.
                    await run();
                }
                finally
                {
                    _turn.Release();
                }
            }
        } while (settings.FailsAgain);
    }

    /// <summary>Nothing of it fails as long as the lease is held.</summary>
    public async Task<IDisposable> CalmAsync()
    {
        await _turn.WaitAsync();
        return new Lease(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private Task AWhile() => Task.Delay(_dice.Between(100, settings.FaultMilliseconds));

    private async Task BrokersAsync(params int[] brokers)
    {
        Array.ForEach(brokers, broker.Down);
        await AWhile();
        Array.ForEach(brokers, broker.Up);
    }

    private async Task SlowBrokersAsync()
    {
        var brokers = Enumerable.Range(1, broker.Brokers).ToList();
        brokers.ForEach(one => broker.Slow(one, _dice.Between(50, 400)));
        await AWhile();
        brokers.ForEach(one => broker.Slow(one, 0));
    }

    private async Task FailRequestsAsync()
    {
        for (var times = _dice.Between(1, 4); times > 0; times--)
        {
            var (request, errors) = _dice.Of(s_errors);
            broker.Fail(request, [.. Enumerable.Range(0, _dice.Between(1, 6)).Select(_ => _dice.Of(errors))]);
        }

        await AWhile();
        broker.Heal();
    }

    private async Task VaultAsync()
    {
        await vault.StopAsync();
        await AWhile();
        await vault.ResumeAsync();
    }

    private Task CutAsync() =>
        vault.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%' AND pid <> pg_backend_pid()"
        );

    private async Task WarehouseAsync(string operation, Fault fault, int times)
    {
        warehouse.Faults.Next(operation, fault, times);
        await AWhile();
        warehouse.Faults.Clear();
    }

    private sealed class Lease(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
