using Governance.Api.Features.SubjectRequests.Restore;
using Governance.Api.Storage;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>An older copy of the warehouse's or the vault's files is put back, and the service started.</summary>
public sealed class RestoreTests
{
    [Theory]
    [InlineData("warehouse")]
    [InlineData("vault")]
    [InlineData("both")]
    public async Task Start_OverAnOlderCopy_BringsNobodyBack(string what)
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        await world.RestartAsync();
        await world.CopyFilesAsync("before");
        var rows = await world.AllRowsAsync();
        var ann = await world.EraseAsync(("email", EnergyPeople.OldEmail));
        var cora = await world.EraseAsync(("customer_id", "C-CORA"));
        ann.State.Should().Be("completed_with_retention");
        cora.State.Should().Be("completed_with_retention");
        var after = await world.AllRowsAsync();
        after["customers"].Should().Be(1);

        await world.PutBackAsync("before", what);
        if (what != "vault")
        {
            (await world.AllRowsAsync()).Should().Equal(rows, "the copy holds what was erased");
        }

        if (what != "warehouse")
        {
            (await world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeTrue("the copy holds what was destroyed");
        }

        await world.Get<RestoreCheck>().RunAsync(default);

        (await world.AllRowsAsync()).Should().Equal(after);
        foreach (
            var (domain, value) in new[]
            {
                ("customer_id", "C-ANN"),
                ("email", EnergyPeople.OldEmail),
                ("email", EnergyPeople.NewEmail),
                ("account_number", "A-100"),
                ("customer_id", "C-CORA"),
                ("phone", EnergyPeople.CorasPhone),
            }
        )
        {
            (await world.IsInVaultAsync(domain, value)).Should().BeFalse($"{domain} is destroyed");
        }

        (await world.IsInVaultAsync("customer_id", "C-BEN")).Should().BeTrue("nobody asked for his erasure");
        (await world.IsInVaultAsync("phone", EnergyPeople.SharedPhone)).Should().BeTrue("it is his, too");
        (await ReappliedAsync(world)).Should().Be(1);

        await world.RestartAsync();
        await world.Get<RestoreCheck>().RunAsync(default);
        (await ReappliedAsync(world)).Should().Be(1, "there is nothing left to do");
    }

    [Fact]
    public async Task Start_AfterBackupsAreGone_HasForgottenTheSurrogates()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        await world.EraseAsync(("customer_id", "C-CORA"));
        (await CountAsync(world)).Should().Be(5, "four that are hers, and a phone that nobody else has");

        world.Time.Advance(TimeSpan.FromDays(36));
        await world.Get<RestoreCheck>().RunAsync(default);

        (await CountAsync(world)).Should().Be(0);
        (await ReappliedAsync(world)).Should().Be(0);
    }

    [Fact]
    public async Task Start_OverACopyOlderThanAnyBackup_FindsPeopleByTheirSuppression()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        await world.CopyFilesAsync("before");
        await world.EraseAsync(("customer_id", "C-CORA"));
        var after = await world.AllRowsAsync();
        world.Time.Advance(TimeSpan.FromDays(400));
        await world.PutBackAsync("before", "both");

        await world.Get<RestoreCheck>().RunAsync(default);

        (await world.AllRowsAsync()).Should().Equal(after);
        (await world.IsInVaultAsync("customer_id", "C-CORA")).Should().BeFalse();
        (await world.IsInVaultAsync("customer_id", "C-ANN")).Should().BeTrue();
    }

    // Rows that no statement could see at the time, as those of a streaming buffer: they come to light afterwards.
    [Fact]
    public async Task Probe_AfterTheStreamingWindowAndEveryDay_FindsResidueAndErasesIt()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var mpan = (await world.Identifiers.FindAsync([world.Key("mpan", "2000000000003")], default)).Values.Single();
        var probe = world.Get<ResidueProbe>();
        await world.EraseAsync(("customer_id", "C-CORA"));
        var after = await world.AllRowsAsync();
        (await probe.RunDueAsync(default)).Should().BeFalse("nothing is due yet");

        await ComeToLightAsync(world, mpan.Surrogate);
        world.Time.Advance(TimeSpan.FromHours(2));
        (await probe.RunDueAsync(default)).Should().BeTrue("the window has passed");
        (await world.AllRowsAsync()).Should().Equal(after);
        (await ReappliedAsync(world)).Should().Be(1);
        (await probe.RunDueAsync(default)).Should().BeFalse();

        await ComeToLightAsync(world, mpan.Surrogate);
        world.Time.Advance(TimeSpan.FromDays(1));
        (await probe.RunDueAsync(default)).Should().BeTrue("a day has passed");
        (await world.AllRowsAsync()).Should().Equal(after);
        (await ReappliedAsync(world)).Should().Be(2);
    }

    private static Task ComeToLightAsync(ErasureWorld world, Guid mpan) =>
        world
            .Get<DuckDbDatabase>()
            .RunAsync(
                session =>
                    session.Execute(
                        SqlText.Of(
                            $"""
                            INSERT INTO meter_readings BY NAME
                            SELECT 'late' AS _source, 0 AS _partition, 0 AS _offset, now() AS _event_time, now() AS _ingested_at,
                                CAST({SqlValue.Of(mpan.ToString())} AS UUID) AS mpan
                            """
                        )
                    ),
                default
            );

    private static Task<int> CountAsync(ErasureWorld world) =>
        world.Get<IStateStore>().ReadAsync(db => db.Set<ErasedIdentifier>().CountAsync(), default);

    private static async Task<int> ReappliedAsync(ErasureWorld world) =>
        (await world.LedgerAsync()).Count(entry =>
            entry.Payload.Contains("erasures.reapplied", StringComparison.Ordinal)
        );
}
