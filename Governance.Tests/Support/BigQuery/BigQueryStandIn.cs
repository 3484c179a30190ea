using System.Net;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Jobs;
using Governance.Tests.Support.BigQuery.Kms;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.StorageWrite;
using Governance.Tests.Support.BigQuery.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Support.BigQuery;

/// <summary>
/// BigQuery and Cloud KMS in this process: REST over HTTP, and the Storage Write API over gRPC. It keeps what it is told, refuses what the services
/// refuse, and what it does not know; SQL is analysed and executed by ZetaSQL. What it cannot show (IAM of a project, quotas, cost,
/// propagation delays) stays unproven.
/// </summary>
internal sealed class BigQueryStandIn : IAsyncDisposable
{
    // Above the service's own limit, which it answers itself.
    private const int MostReceived = 32 * 1024 * 1024;
    private readonly WebApplication _app;
    private readonly JobRunner _runner;

    private BigQueryStandIn(
        WebApplication app,
        StandInOptions options,
        FaultPlan faults,
        Members members,
        WorldState world,
        KmsState kms,
        JobRunner runner
    )
    {
        _app = app;
        _runner = runner;
        Options = options;
        Faults = faults;
        Members = members;
        World = world;
        Kms = kms;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First());
        GrpcAddress = new Uri(addresses.Last());
    }

    public StandInOptions Options { get; }

    /// <summary>The REST endpoint, of BigQuery and KMS.</summary>
    public Uri Address { get; }

    /// <summary>The endpoint of the Storage Write API: gRPC, without TLS.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Tokens by which members are known.</summary>
    public Members Members { get; }

    /// <summary>What is kept, for tests to look at.</summary>
    public WorldState World { get; }

    /// <summary>Every job that there was, in the order in which they came.</summary>
    public IReadOnlyList<JobState> Jobs => _runner.Jobs;

    /// <summary>Keys of Cloud KMS.</summary>
    public KmsState Kms { get; }

    /// <summary>Starts one. The test is skipped where there is no Node.js.</summary>
    public static async Task<BigQueryStandIn> StartAsync(StandInOptions? options = null)
    {
        options ??= new StandInOptions();
        var fields = await PublishedFields.LoadAsync();
        var world = new WorldState(options);
        var access = new Access(options);
        var reader = new StatementReader(world, access);
        var executor = new StatementExecutor(world, access, reader);
        var tables = new TableMethods(world, access, reader);
        var policies = new PolicyMethods(world, access, reader);
        var runner = new JobRunner(world, executor, new DdlExecutor(world, access, reader, executor, tables, policies));
        var jobs = new JobMethods(world, reader, runner);
        var faults = new FaultPlan();
        var kms = new KmsState();
        var members = new Members();
        var gate = new SemaphoreSlim(1);
        var rest = new RestServer(
            [
                .. new Datasets.DatasetMethods(world, access).Routes,
                .. tables.Routes,
                .. new TableDataMethods(world, access).Routes,
                .. policies.Routes,
                .. jobs.Routes,
                .. new KmsMethods(kms, options).Routes,
            ],
            fields,
            faults,
            members,
            runner,
            jobs,
            gate
        );

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // Without TLS nothing is negotiated, so HTTP/2 has a port of its own.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MostReceived);
        builder.Services.AddSingleton(new WriteService(world, access, members, faults, gate, new WriteStreams()));
        var app = builder.Build();
        app.MapGrpcService<WriteService>();
        app.MapFallback("{**path}", rest.HandleAsync);
        await app.StartAsync();
        return new BigQueryStandIn(app, options, faults, members, world, kms, runner);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
