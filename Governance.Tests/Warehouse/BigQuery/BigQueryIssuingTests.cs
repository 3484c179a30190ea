using System.Text.Json.Nodes;
using Governance.Policies.Warehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>Views and row rules in BigQuery, read by the people whom they are for.</summary>
public sealed class BigQueryIssuingTests : IssuingSuite, IAsyncLifetime
{
    private StandInWarehouse? _warehouse;

    private protected override IWarehouse Warehouse => _warehouse!.Warehouse;

    public async ValueTask InitializeAsync() => _warehouse = await StandInWarehouse.StartAsync();

    public async ValueTask DisposeAsync() => await _warehouse!.DisposeAsync();

    private protected override Task<IReadOnlyList<JsonObject>?> ReadAsync(string view, string member) =>
        _warehouse!.Client.ReadJsonAsync($"SELECT TO_JSON_STRING(t) FROM `test-project.published.{view}` AS t", member);

    [Fact]
    public async Task IssueViewAsync_WithASmallestGroup_AnswersNoQueryThatLacksTheThreshold()
    {
        await LandOneAsync();
        await IssueForGroupsAsync(null);
        (await ReadAsync("v1", Ana)).Should().ContainSingle();

        await IssueForGroupsAsync(5);
        (await ReadAsync("v1", Ana)).Should().BeNull("its query has no threshold");
    }
}
