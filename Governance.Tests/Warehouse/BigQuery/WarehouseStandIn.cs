using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Tests.BigQuery;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>
/// A stand-in with the dataset <c>energy</c> and its table <c>customers</c>, and the warehouse's client before it. Waits between tries
/// take no time; a job's time passes with <see cref="AdvanceAsync{T}"/>.
/// </summary>
internal sealed class WarehouseStandIn : IAsyncDisposable
{
    public static readonly DatasetReference Energy = new("test-project", "energy");
    public static readonly TableReference Customers = Energy.Table("customers");
    public static readonly DatasetReference Shared = new("test-project", "shared");

    private readonly RecordingLogs _logs = new();
    private readonly ILoggerFactory _factory;
    private readonly List<IAsyncDisposable> _runners = [];
    private readonly List<BigQueryClient> _clients = [];

    private WarehouseStandIn(BigQueryStandIn server, FakeTimeProvider clock, BigQueryOptions settings)
    {
        Server = server;
        Clock = clock;
        Settings = settings;
        Raw = new StandInClient(server);
        _factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs));
        (Client, Jobs) = Connect();
    }

    public BigQueryStandIn Server { get; }

    public FakeTimeProvider Clock { get; }

    public BigQueryOptions Settings { get; }

    public StandInClient Raw { get; }

    public BigQueryClient Client { get; private set; }

    public JobRunner Jobs { get; private set; }

    public string Token => Server.Members.TokenFor(Server.Options.Owner);

    public IReadOnlyCollection<string> Logs => _logs.Entries;

    public static async Task<WarehouseStandIn> StartAsync(
        Func<StandInOptions, StandInOptions>? configure = null,
        Action<BigQueryOptions>? settings = null
    )
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // What runs here is written by the tests, short and as people write it.
        var options = new StandInOptions { Clock = clock, StrictNames = false };
        var server = await BigQueryStandIn.StartAsync(configure?.Invoke(options) ?? options);
        var own = new BigQueryOptions
        {
            Project = "test-project",
            Dataset = "energy",
            PublishedDataset = "shared",
            Location = "US",
            Endpoint = server.Address,
            RequestTimeout = TimeSpan.FromHours(10),
            // Where jobs need no time, nobody advances the clock for whoever waits for one.
            PollInterval =
                server.Options.JobRunning + server.Options.JobPending == TimeSpan.Zero
                    ? TimeSpan.FromTicks(1)
                    : TimeSpan.FromSeconds(5),
            ServiceAccount = options.Owner,
        };
        settings?.Invoke(own);
        own.Faults().Should().BeEmpty();
        return new WarehouseStandIn(server, clock, own);
    }

    /// <summary>As a process that starts again: nothing is left but what BigQuery keeps.</summary>
    public async Task RestartAsync()
    {
        await Jobs.DisposeAsync();
        Client.Dispose();
        (Client, Jobs) = Connect();
    }

    /// <summary>Lets the clock run until something is done.</summary>
    public async Task<T> AdvanceAsync<T>(Task<T> task, TimeSpan? step = null)
    {
        while (!task.IsCompleted)
        {
            Clock.Advance(step ?? TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(5));
        }

        return await task;
    }

    public int Count(string operation) => Server.Faults.Operations.Count(it => it == operation);

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
        {
            await runner.DisposeAsync();
        }

        _clients.ForEach(client => client.Dispose());
        Raw.Dispose();
        _factory.Dispose();
        _logs.Dispose();
        await Server.DisposeAsync();
    }

    public (BigQueryClient Client, JobRunner Jobs) Connect(BigQueryOptions? settings = null)
    {
        var client = new BigQueryClient(
            settings ?? Settings,
            new BearerAccess(Token),
            Clock,
            _factory.CreateLogger<BigQueryClient>(),
            () => 0
        );
        var jobs = new JobRunner(client, Clock, _factory.CreateLogger<JobRunner>());
        _clients.Add(client);
        _runners.Add(jobs);
        return (client, jobs);
    }

    internal sealed class BearerAccess(string token) : IGoogleAccess
    {
        public IConfigurableHttpClientInitializer Http { get; } = GoogleCredential.FromAccessToken(token);

        public Task<string> TokenAsync(CancellationToken cancellationToken) => Task.FromResult(token);
    }
}
