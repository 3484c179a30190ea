using System.Globalization;
using Governance.Tests.BigQuery;
using Governance.Tests.Features.SubjectRequests.Erasure.Faults;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>One stand-in for BigQuery, in which each world of a class has datasets of its own.</summary>
public sealed class SharedStandIn : IAsyncLifetime
{
    private int _datasets;
    private Undisturbed? _undisturbed;
    private BigQueryStandIn? _server;
    private StandInClient? _client;

    internal BigQueryStandIn Server => _server!;

    /// <summary>Looks at the stand-in past the adapter.</summary>
    internal StandInClient Client => _client!;

    /// <summary>The stand-in's clock, and that of every world.</summary>
    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero));

    public async ValueTask InitializeAsync()
    {
        _server = await BigQueryStandIn.StartAsync(new StandInOptions { Clock = Clock });
        _client = new StandInClient(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>An erasure in which nothing goes wrong, to count from; carried out at first use.</summary>
    internal async Task<Undisturbed> UndisturbedAsync() => _undisturbed ??= await FaultWorld.UndisturbedAsync(this);

    /// <summary>A new pair of datasets, for masked tables and for views.</summary>
    internal async Task<BigQueryDataset> NewAsync()
    {
        var number = Interlocked.Increment(ref _datasets).ToString(CultureInfo.InvariantCulture);
        var dataset = new BigQueryDataset(this, $"energy_{number}", $"published_{number}");
        await dataset.CreateAsync();
        return dataset;
    }
}
