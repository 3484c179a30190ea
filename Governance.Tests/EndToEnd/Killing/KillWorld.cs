using System.Globalization;
using Governance.Masking.Kafka;
using Governance.Tests.BigQuery;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Warehouse.BigQuery;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>
/// What members share and what outlives them: broker, registry, state and vault, keys, warehouse, and a process's worth of endpoints and workers (this one),
/// which takes and carries out the erasure.
/// </summary>
internal sealed class KillWorld : IAsyncDisposable
{
    public const string Disturbed = StandInWarehouse.Dataset;
    public const string Calm = "calm";
    private const string Section = "--Governance:Warehouse:BigQuery";
    private readonly TemporaryFolder _folder;
    private readonly PostgresDatabase _database;
    private readonly string[] _shared;

    private KillWorld(
        TemporaryFolder folder,
        MockCluster broker,
        PostgresInstance postgres,
        PostgresDatabase database,
        BigQueryStandIn warehouse,
        string[] topics,
        string[] shared,
        SandboxHost host,
        int schema
    )
    {
        _folder = folder;
        _database = database;
        _shared = shared;
        Broker = broker;
        Postgres = postgres;
        Warehouse = warehouse;
        Topics = topics;
        Host = host;
        Schema = schema;
    }

    public MockCluster Broker { get; }

    public PostgresInstance Postgres { get; }

    public BigQueryStandIn Warehouse { get; }

    public SandboxHost Host { get; }

    public string[] Topics { get; }

    /// <summary>The id of the records' schema.</summary>
    public int Schema { get; }

    public static async Task<KillWorld> StartAsync(KillRunSettings settings)
    {
        var postgres = await PostgresInstance.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        var warehouse = await BigQueryStandIn.StartAsync();
        using (var client = new StandInClient(warehouse))
        {
            await client.CreateDatasetsAsync(Disturbed, Calm, StandInWarehouse.Published);
        }

        var topics = SmallRecords.Topics(settings.Topics);
        var broker = new MockCluster(brokers: 2);
        foreach (var topic in topics)
        {
            broker.CreateTopic(topic, settings.Partitions);
        }

        var folder = new TemporaryFolder();
        SmallRecords.WriteContract(folder.File("contracts"), topics);
        string[] shared =
        [
            database.Setting,
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            "--Governance:Kafka:SourceId=kills",
            $"--Governance:KeysDirectory={folder.File("keys")}",
            $"{Section}:Project={warehouse.Options.Project}",
            $"{Section}:PublishedDataset={StandInWarehouse.Published}",
            $"{Section}:Location={warehouse.Options.Location}",
            $"{Section}:Endpoint={warehouse.Address}",
            $"{Section}:StorageWriteEndpoint={warehouse.GrpcAddress}",
            $"{Section}:AccessToken={warehouse.Members.TokenFor(warehouse.Options.Owner)}",
            $"{Section}:PollInterval=00:00:00.050",
        ];
        var host = await SandboxHost.StartAsync([
            "--roles=api,scheduler",
            $"--Governance:Contracts:Preload={folder.File("contracts")}",
            $"{Section}:Dataset={Disturbed}",
            .. shared,
        ]);
        var schema = await host
            .Services.GetRequiredService<ISchemaRegistry>()
            .RegisterAsync($"{topics[0]}-value", SmallRecords.Schema, CancellationToken.None);
        return new KillWorld(folder, broker, postgres, database, warehouse, topics, shared, host, schema);
    }

    /// <summary>Starts a member.</summary>
    /// <param name="name">Names its data directory.</param>
    /// <param name="group">Its consumer group.</param>
    /// <param name="dataset">Where rows land.</param>
    /// <param name="batch">Events of a batch at most; small ones make many moments to die in.</param>
    public ServiceProcess Start(string name, string group, string dataset, int batch) =>
        ServiceProcess.Start([
            "--roles=stream",
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={_folder.File(name)}",
            $"--Governance:SchemaRegistry:Url={Host.Address}registry",
            $"--Governance:Interceptor:GroupId={group}",
            $"--Governance:Interceptor:MemberName={name}",
            string.Create(CultureInfo.InvariantCulture, $"--Governance:Interceptor:BatchSize={batch}"),
            "--Governance:Interceptor:BatchWaitMilliseconds=50",
            "--Governance:Interceptor:MaximumRetryMilliseconds=1000",
            "--Governance:Interceptor:SessionTimeoutMilliseconds=3000",
            "--Governance:Sandbox:Generator:Enabled=false",
            $"{Section}:Dataset={dataset}",
            .. _shared,
        ]);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Broker.Dispose();
        await Warehouse.DisposeAsync();
        await _database.DisposeAsync();
        await Postgres.DisposeAsync();
        _folder.Dispose();
    }
}
