using System.Text.Json.Nodes;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>What a request shows of the copies that BigQuery keeps.</summary>
public sealed class PhysicalInventoryTests(SharedStandIn shared) : IClassFixture<SharedStandIn>
{
    [Fact]
    public async Task Clocks_WithSnapshotsAndClones_ShowEachWithItsDate()
    {
        var dataset = await shared.NewAsync();
        await using var world = await ErasureWorld.CreateAsync(bigQuery: dataset);
        await EnergyPeople.LandAsync(world);
        var until = world.Time.GetUtcNow().AddDays(40);
        Copy("customers_monthly", "snapshotDefinition", "customers", until);
        Copy("customers_trial", "cloneDefinition", "customers", null);
        Copy("payments_yearly", "snapshotDefinition", "payments", null);
        world.Time.Advance(TimeSpan.FromMinutes(1));

        var request = await world.EraseAsync(("customer_id", "C-CORA"));

        var clocks = request.Clocks;
        var erased = clocks.LogicallyErasedAt!.Value;
        clocks
            .Physical.Select(place => (place.What, place.GoneAt))
            .Should()
            .Contain(("warehouse_row_bytes", erased.AddDays(14)), "seven days of time travel and seven of fail-safe")
            .And.Contain(("snapshot:customers_monthly", until))
            .And.Contain(("clone:customers_trial", null))
            .And.NotContain(place => place.What.EndsWith("payments_yearly"), "nothing is erased from that table");
        clocks.PhysicallyGoneBy.Should().Be(until, "it is the latest of all");
        clocks.WithoutDate.Should().BeEquivalentTo("clone:customers_trial", "quarantine");

        void Copy(string name, string kind, string table, DateTimeOffset? expires)
        {
            var source = dataset.Table(table);
            var resource = new JsonObject
            {
                [kind] = new JsonObject
                {
                    ["baseTableReference"] = source.Reference(),
                    [kind == "cloneDefinition" ? "cloneTime" : "snapshotTime"] = "2026-03-10T09:00:00.000Z",
                },
            };
            if (expires is { } at)
            {
                resource["expirationTime"] = Support.BigQuery.Tables.TableState.Milliseconds(at);
            }

            source.Dataset.Tables[name] = new(source.Dataset, name, resource, world.Time.GetUtcNow());
        }
    }
}
