using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Tests.BigQuery;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>The BigQuery adapter over the stand-in, with its two datasets.</summary>
internal sealed class StandInWarehouse : IAsyncDisposable
{
    public const string Dataset = "energy";
    public const string Published = "published";

    private readonly ServiceProvider _services;

    private StandInWarehouse(BigQueryStandIn standIn)
    {
        StandIn = standIn;
        Client = new StandInClient(standIn);
        _services = Services(standIn).BuildServiceProvider();
    }

    public BigQueryStandIn StandIn { get; }

    /// <summary>Looks at the stand-in past the adapter.</summary>
    public StandInClient Client { get; }

    public IWarehouse Warehouse => _services.GetRequiredService<IWarehouse>();

    public static async Task<StandInWarehouse> StartAsync(StandInOptions? options = null)
    {
        var warehouse = new StandInWarehouse(await BigQueryStandIn.StartAsync(options));
        await warehouse.Client.CreateDatasetsAsync(Dataset, Published);
        return warehouse;
    }

    /// <summary>The adapter's services, as another process would have them.</summary>
    public static ServiceCollection Services(BigQueryStandIn standIn)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(standIn.Options.Clock);
        services.AddBigQueryWarehouse(options => Configure(options, standIn));
        return services;
    }

    public static void Configure(BigQueryOptions options, BigQueryStandIn standIn)
    {
        options.Project = standIn.Options.Project;
        options.Dataset = Dataset;
        options.PublishedDataset = Published;
        options.Location = standIn.Options.Location;
        options.Endpoint = standIn.Address;
        options.StorageWriteEndpoint = standIn.GrpcAddress;
        options.AccessToken = standIn.Members.TokenFor(standIn.Options.Owner);
        options.PollInterval = TimeSpan.FromMilliseconds(20);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Client.Dispose();
        await StandIn.DisposeAsync();
    }
}
