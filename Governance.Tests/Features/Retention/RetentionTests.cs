using Governance.Api.Features.Retention;
using Governance.Api.Features.Retention.ReadRetention;
using Governance.Api.Features.SubjectRequests.Lift;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Masking.Contracts;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Retention;

/// <summary>Rows are kept for as long as their contract says, and no longer, on both warehouses.</summary>
public sealed class RetentionTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AfterAContractsPeriod_TakesAwayWhatIsOlderAndNothingElse(bool onBigQuery)
    {
        await using var world = await StartAsync(onBigQuery);
        world.Current = Keeping(
            ("meter_readings", new RetentionPeriod(1, "y")),
            ("support_messages", new RetentionPeriod(6, "m"))
        );
        await EnergyPeople.LandAsync(world);
        await RunAsync(world);
        (await RowsAsync(world)).Should().Be((6, 3), "nothing is old enough");
        (await OfAsync(world, "meter_readings")).Runs.Single().Verdict.Should().Be("nothing_found");

        world.Time.Advance(TimeSpan.FromDays(190));
        await world.LandAsync(EnergyTables.Readings, ("mpan", "2000000000001"), ("watt_hours", "150"));
        await world.LandAsync(EnergyTables.Messages, ("customer_id", "C-ANN"), ("topic", "new"));
        (await OfAsync(world, "support_messages")).Expired.Should().Be(3);
        await RunAsync(world);
        (await RowsAsync(world)).Should().Be((7, 4), "messages are cleared, and stay as rows");
        var messages = await OfAsync(world, "support_messages");
        (messages.Expired, messages.Runs[0].Verdict, messages.Runs[0].Matched, messages.Runs[0].MatchedAfter)
            .Should()
            .Be((0, "erased_verified", 3, 0));
        (await world.Warehouse.ReadNewestAsync(EnergyTables.Messages, 10, default))
            .Count(row => row.Contains("moving house", StringComparison.Ordinal))
            .Should()
            .Be(0);

        world.Time.Advance(TimeSpan.FromDays(180));
        await RunAsync(world);
        await RunAsync(world);
        (await RowsAsync(world)).Should().Be((1, 4));
        var readings = await OfAsync(world, "meter_readings");
        (
            readings.Period,
            readings.Action,
            readings.Runs[0].RowsBefore,
            readings.Runs[0].Matched,
            readings.Runs[0].RowsAfter
        )
            .Should()
            .Be(("1y", "delete", 7, 6, 1));
        readings.Runs[0].ControlUnchanged.Should().BeTrue();
        var acts = (await world.LedgerAsync()).Count(entry =>
            entry.Payload.Contains("retention.expired", StringComparison.Ordinal)
        );
        acts.Should().Be(2, "messages once, readings once, and no day on which nothing was old enough");
        (await world.RowsAsync(EnergyTables.Customers)).Should().Be(4);
    }

    [Fact]
    public async Task Run_WhileALegalHoldStands_LeavesThePersonsRows()
    {
        await using var world = await StartAsync(onBigQuery: false);
        world.Current = Keeping(("meter_readings", new RetentionPeriod(30, "d")));
        await EnergyPeople.LandAsync(world);
        var request = await world.SubmitAsync(("email", EnergyPeople.OldEmail));
        (await world.HoldAsync(request.Id, "meter_readings")).Failure.Should().BeNull();
        world.Time.Advance(TimeSpan.FromDays(40));

        await RunAsync(world);
        (await world.RowsAsync(EnergyTables.Readings)).Should().Be(2, "Ann's, whom her old e-mail address names");

        (await world.ReleaseAsync(request.Id)).Failure.Should().BeNull();
        world.Time.Advance(TimeSpan.FromDays(1));
        await RunAsync(world);
        (await world.RowsAsync(EnergyTables.Readings)).Should().Be(0);
    }

    [Fact]
    public async Task Run_WhileAPersonRestrictsProcessing_LeavesTheirRows()
    {
        await using var world = await StartAsync(onBigQuery: false);
        world.Current = Keeping(("meter_readings", new RetentionPeriod(30, "d")));
        await EnergyPeople.LandAsync(world);
        var restriction = await world.FulfilAsync(
            new SubmitBody
            {
                Type = "restriction",
                Subject = "customer",
                Claims = [new ClaimBody { Domain = "email", Value = EnergyPeople.OldEmail }],
            }
        );
        restriction.State.Should().Be("completed");
        world.Time.Advance(TimeSpan.FromDays(40));

        await RunAsync(world);
        (await world.RowsAsync(EnergyTables.Readings)).Should().Be(2, "Ann's, who may need them");

        (
            await world
                .Get<LiftHandler>()
                .Handle(new LiftCommand(restriction.Id, "the claim is settled", ErasureWorld.Dpo), default)
        )
            .Failure.Should()
            .BeNull();
        world.Time.Advance(TimeSpan.FromDays(1));
        await RunAsync(world);
        (await world.RowsAsync(EnergyTables.Readings)).Should().Be(0);
    }

    [Theory]
    [InlineData("d", 10, "2026-02-28")]
    [InlineData("m", 1, "2026-02-10")]
    [InlineData("y", 2, "2024-03-10")]
    public void Before_OfAPeriod_IsADaysBeginningByTheCalendar(string unit, int value, string day) =>
        RetentionClock
            .Before(new RetentionPeriod(value, unit), new DateTimeOffset(2026, 3, 10, 23, 30, 0, TimeSpan.Zero))
            .Should()
            .Be(DateTimeOffset.Parse($"{day}T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Before_OnTheLastOfMonth_IsClampedToAShorterOne() =>
        RetentionClock
            .Before(new RetentionPeriod(1, "m"), new DateTimeOffset(2026, 3, 31, 1, 0, 0, TimeSpan.Zero))
            .Should()
            .Be(new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero));

    private async Task<ErasureWorld> StartAsync(bool onBigQuery) =>
        onBigQuery
            ? await ErasureWorld.CreateAsync(StateKind.Sqlite, await standIn.NewAsync())
            : await ErasureWorld.CreateAsync();

    private static ContractCatalog Keeping(params (string Dataset, RetentionPeriod Period)[] periods) =>
        EnergyTables.Catalog(
            EnergyTables.All.Select(dataset =>
                Array.Find(periods, one => one.Dataset == dataset.Name) is { Period: { } period }
                    ? dataset with
                    {
                        Retention = period,
                    }
                    : dataset
            )
        );

    private static Task RunAsync(ErasureWorld world) => world.Get<RetentionPasses>().RunDueAsync(default);

    private static async Task<(long Readings, long Messages)> RowsAsync(ErasureWorld world) =>
        (await world.RowsAsync(EnergyTables.Readings), await world.RowsAsync(EnergyTables.Messages));

    private static async Task<DatasetRetention> OfAsync(ErasureWorld world, string dataset) =>
        (await world.Get<RetentionHandler>().Handle(new RetentionQuery(), default)).Value.Datasets.Single(one =>
            one.Dataset == dataset
        );
}
