using System.Text.Json.Nodes;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>The datasets of one world in a shared stand-in.</summary>
internal sealed class BigQueryDataset(SharedStandIn shared, string tables, string published)
{
    // Longer than a test runs: a request is given up by a fault alone.
    private static readonly TimeSpan s_noLimit = TimeSpan.FromHours(10);

    public BigQueryStandIn Server => shared.Server;

    public FakeTimeProvider Clock => shared.Clock;

    private string Project => Server.Options.Project;

    public Task CreateAsync() => shared.Client.CreateDatasetsAsync(tables, published);

    /// <summary>The adapter's services, as another process would have them.</summary>
    public ServiceCollection Services(IWriteGate gate)
    {
        var time = new HurriedTime(Clock);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(gate);
        services.AddSingleton(provider => new BigQueryClient(
            provider.GetRequiredService<IOptions<BigQueryOptions>>().Value,
            provider.GetRequiredService<IGoogleAccess>(),
            time,
            provider.GetRequiredService<ILogger<BigQueryClient>>(),
            jitter: () => 1
        ));
        services.AddBigQueryWarehouse(options =>
        {
            options.Project = Project;
            options.Dataset = tables;
            options.PublishedDataset = published;
            options.Location = Server.Options.Location;
            options.Endpoint = Server.Address;
            options.StorageWriteEndpoint = Server.GrpcAddress;
            options.AccessToken = Server.Members.TokenFor(Server.Options.Owner);
            options.RequestTimeout = s_noLimit;
        });
        return services;
    }

    /// <summary>Rows that a member sees through a view; <see langword="null"/> where they may not ask.</summary>
    public Task<IReadOnlyList<JsonObject>?> ReadViewAsync(string view, string member) =>
        shared.Client.ReadJsonAsync($"SELECT TO_JSON_STRING(t) FROM `{Project}.{published}.{view}` AS t", member);

    /// <summary>A table as the stand-in keeps it.</summary>
    public Support.BigQuery.Tables.TableState Table(string name) => Server.World.Table(Project, tables, name);
}
