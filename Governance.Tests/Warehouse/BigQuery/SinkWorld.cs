using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Landing;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Tests.BigQuery;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Warehouse.DuckDb;
using Microsoft.Extensions.Logging.Abstractions;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>A stand-in for BigQuery with an empty dataset, and as many sinks, each as another process has it, as a test wants.</summary>
internal sealed class SinkWorld : IAsyncDisposable
{
    public const string Source = TemporaryWarehouse.Source;
    private readonly List<IAsyncDisposable> _made = [];
    private readonly StandInClient _asker;
    private readonly WriteOptions _write;
    private readonly FrozenDictionary<string, string> _tags;

    private SinkWorld(BigQueryStandIn standIn, WriteOptions write, FrozenDictionary<string, string> tags)
    {
        StandIn = standIn;
        _write = write with { Endpoint = standIn.GrpcAddress };
        _tags = tags;
        _asker = new StandInClient(standIn);
        Sink = NewSink();
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Short pauses and budgets.</summary>
    public static WriteOptions Quick { get; } =
        new()
        {
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(40),
            RetryBudget = TimeSpan.FromSeconds(20),
            SchemaBudget = TimeSpan.FromSeconds(20),
        };

    public BigQueryStandIn StandIn { get; }

    /// <summary>The first process's sink.</summary>
    public BigQuerySink Sink { get; }

    public static async Task<SinkWorld> StartAsync(
        StandInOptions? options = null,
        WriteOptions? write = null,
        IReadOnlyDictionary<string, string>? tags = null
    )
    {
        var standIn = await BigQueryStandIn.StartAsync(options);
        var world = new SinkWorld(
            standIn,
            write ?? Quick,
            (tags ?? new Dictionary<string, string>()).ToFrozenDictionary(StringComparer.Ordinal)
        );
        await world._asker.MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/datasets",
            """{"datasetReference":{"projectId":"test-project","datasetId":"energy"}}"""
        );
        return world;
    }

    /// <summary>A sink that shares nothing with the others but BigQuery: another process, or this one after a kill.</summary>
    public BigQuerySink NewSink()
    {
        var access = new OwnersAccess(StandIn);
        var client = new BigQueryClient(
            new BigQueryOptions
            {
                Project = StandIn.Options.Project,
                Dataset = "energy",
                PublishedDataset = "published",
                Location = StandIn.Options.Location,
                Endpoint = StandIn.Address,
                StorageWriteEndpoint = StandIn.GrpcAddress,
                RetryBudget = TimeSpan.FromSeconds(20),
                PollInterval = TimeSpan.FromMilliseconds(100),
            },
            access,
            TimeProvider.System,
            NullLogger<BigQueryClient>.Instance,
            jitter: () => 0.01
        );
        var jobs = new JobRunner(client, TimeProvider.System, NullLogger<JobRunner>.Instance);
        var sink = new BigQuerySink(
            client,
            jobs,
            new WriteClient(_write, access.TokenAsync, TimeProvider.System),
            new TableLayout(_tags),
            _ => throw new NotSupportedException("The gate is the adapter's."),
            TimeProvider.System,
            NullLogger<TakeOver>.Instance
        );
        _made.Add(sink);
        _made.Add(jobs);
        return sink;
    }

    public Task Append(Dataset dataset, MaskedSchema schema, long next, params IReadOnlyList<MaskedRow> rows) =>
        Sink.AppendAsync(TemporaryWarehouse.Batch(dataset, schema, next, rows), Cancelled);

    /// <summary>The first column of a query's answer.</summary>
    public Task<IReadOnlyList<string?>> Query(string sql) => _asker.QueryAsync(sql);

    /// <summary>The offsets that landed, in their order.</summary>
    public async Task<long[]> Offsets(string table = "payments")
    {
        // Not by SQL: the stand-in hands a whole table to its engine, which takes 4 MB.
        var data = await _asker.MustAsync(
            HttpMethod.Get,
            $"{StandInClient.Energy}/tables/{table}/data?selectedFields=_offset"
        );
        return
        [
            .. ((JsonArray)data["rows"]!)
                .Select(row => long.Parse(row!["f"]![0]!["v"]!.GetValue<string>(), CultureInfo.InvariantCulture))
                .Order(),
        ];
    }

    public async Task<long?> Position(string topic = "topic.payments", int partition = 0) =>
        (await NewSink().ReadPositionsAsync(Source, Cancelled)).TryGetValue((topic, partition), out var next)
            ? next
            : null;

    /// <summary>A table as REST has it.</summary>
    public Task<JsonObject> Table(string table) =>
        _asker.MustAsync(HttpMethod.Get, $"{StandInClient.Energy}/tables/{table}");

    /// <summary>Rows as REST has them: cells by the table's columns.</summary>
    public async Task<JsonArray> Rows(string table) =>
        (JsonArray)
            (
                await _asker.MustAsync(
                    HttpMethod.Get,
                    $"{StandInClient.Energy}/tables/{table}/data?formatOptions.useInt64Timestamp=true"
                )
            )["rows"]!;

    public Task<JsonObject> Send(HttpMethod method, string path, string json) =>
        _asker.MustAsync(method, $"{StandInClient.Energy}/{path}", json);

    public async ValueTask DisposeAsync()
    {
        foreach (var made in _made)
        {
            await made.DisposeAsync();
        }

        _asker.Dispose();
        await StandIn.DisposeAsync();
    }

    /// <summary>The service's own account.</summary>
    private sealed class OwnersAccess(BigQueryStandIn standIn) : IGoogleAccess
    {
        private string Token => standIn.Members.TokenFor(standIn.Options.Owner);

        public IConfigurableHttpClientInitializer Http => GoogleCredential.FromAccessToken(Token);

        public Task<string> TokenAsync(CancellationToken cancellationToken) => Task.FromResult(Token);
    }
}
