using Governance.Masking.Avro;
using Governance.Policies.Warehouse;
using Governance.Tests.BigQuery;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Warehouse.DuckDb;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>More tables than one statement may name: BigQuery takes a thousand, the stand-in here a tenth of that.</summary>
public sealed class ManyTablesTests
{
    private const int Tables = 101;

    [Fact]
    public async Task Warehouse_MoreTablesThanAStatementMayName_IsDescribedWhole()
    {
        await using var started = await StandInWarehouse.StartAsync(new StandInOptions { ResourceLimit = Tables - 1 });
        var warehouse = started.Warehouse;
        var schema = Schema(Field("a", ScalarKind.Text));
        var names = Enumerable.Range(0, Tables).Select(number => $"table_{number:D3}").ToArray();
        foreach (var name in names)
        {
            await warehouse.EnsureTableAsync(Dataset(name), schema, Cancelled);
        }

        string[] filled = [names[0], names[^1]];
        foreach (var name in filled)
        {
            await warehouse.AppendAsync(Batch(Dataset(name), schema, 2, Row(1, new() { ["a"] = "x" })), Cancelled);
        }

        var states = await warehouse.DescribeAsync(Cancelled);
        states.Select(state => state.Name).Should().Equal(names);
        states.Where(state => state.Rows > 0).Select(state => state.Name).Should().Equal(filled);
        (await warehouse.FindFilledAsync(Cancelled)).Should().BeEquivalentTo(filled);
    }
}
