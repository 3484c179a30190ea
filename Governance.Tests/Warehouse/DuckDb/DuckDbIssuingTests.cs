using System.Text.Json.Nodes;
using Governance.Policies.Warehouse;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>Views and row rules in DuckDB.</summary>
public sealed class DuckDbIssuingTests : IssuingSuite, IDisposable
{
    private readonly TemporaryWarehouse _warehouse = new();

    private protected override IWarehouse Warehouse => _warehouse.Warehouse;

    public void Dispose() => _warehouse.Dispose();

    [Fact]
    public async Task View_ReadByNobody_ShowsNothing()
    {
        await IssueViewAsync_Again_BringsItToTheNewDefinition();

        (await _warehouse.Query("SELECT * FROM published.v1")).Should().BeEmpty();
    }

    private protected override async Task<IReadOnlyList<JsonObject>?> ReadAsync(string view, string member)
    {
        try
        {
            var rows = await _warehouse.Warehouse.ReadViewAsync(
                view,
                [member],
                limit: 1000,
                TestContext.Current.CancellationToken
            );
            return [.. rows.Select(row => JsonNode.Parse(row)!.AsObject())];
        }
        catch (WarehouseException error) when (error.Refusal.Kind is RefusalKind.Gone)
        {
            return null;
        }
    }
}
