using System.Net;
using System.Text.Json;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.Access;

/// <summary>A grant's life: used, explained, renewed, ended, and over on time.</summary>
public sealed class GrantLifeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoke_ByWhoHoldsIt_TakesTheViewAwayAtOnce()
    {
        await using var world = await AccessWorld.StartAsync();
        var id = await world.GrantAsync();
        var view = await world.ViewAsync(id);
        (await world.QueryAsync("SELECT count(*) AS n FROM meter_readings"))
            .GetProperty("rowCount")
            .GetInt64()
            .Should()
            .Be(1);

        var ended = await world.CallAsync(
            "analyst",
            HttpMethod.Delete,
            $"grants/{id}?reason=done",
            null,
            HttpStatusCode.OK
        );

        ended.GetProperty("state").GetString().Should().Be("revoked");
        ended.GetProperty("ended").GetProperty("reason").GetString().Should().Be("done");
        (await world.Warehouse.FindViewAsync(view, Cancelled)).Should().BeNull();
        await world.ShouldBeRefusedAsync("SELECT 1 FROM meter_readings", HttpStatusCode.Forbidden, "nothing_granted");
        // Once more changes nothing; who else reads it sees why.
        await world.CallAsync("owner", HttpMethod.Delete, $"grants/{id}");
        (await world.LedgerAsync($"grant/{id}"))
            .Count(entry => entry.GetProperty("action").GetString() == "grant.ended")
            .Should()
            .Be(1);
        using var auditor = await world.SendAsync("auditor", HttpMethod.Delete, $"grants/{id}");
        auditor.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await world.GrantAsync()).Should().NotBe(id);
        (await world.ViewAsync(await world.GrantAsync())).Should().NotBe(view, "a name is never used again");
    }

    [Fact]
    public async Task Clock_AnHourIsOver_TheGrantIsGoneToTheSecond()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await AccessWorld.StartAsync(adjust: builder =>
            builder.Services.AddSingleton<TimeProvider>(time)
        );
        var id = await world.GrantAsync(duration: "PT1H");
        var view = await world.ViewAsync(id);
        var until = (await world.GrantOfAsync(id)).GetProperty("until").GetDateTimeOffset();

        time.Advance(until - time.GetUtcNow() - TimeSpan.FromSeconds(1));
        await world.QueryAsync("SELECT kwh FROM meter_readings");

        time.Advance(TimeSpan.FromSeconds(1));
        await world.ShouldBeRefusedAsync("SELECT kwh FROM meter_readings", HttpStatusCode.Forbidden, "nothing_granted");
        // The worker's clock has struck, too: nobody has to ask.
        await Wait.UntilAsync(async () => await world.StateAsync(id) == "expired", "the grant expires");
        (await world.Warehouse.FindViewAsync(view, Cancelled)).Should().BeNull();
        (await world.Warehouse.ReadRowRulesAsync(world.Dataset("meter_readings"), Cancelled)).Should().BeEmpty();
        (await world.GrantOfAsync(id)).GetProperty("ended").GetProperty("at").GetDateTimeOffset().Should().Be(until);
    }

    [Fact]
    public async Task Clock_TheProcessSleptThroughTheEnd_TheGrantIsGoneWhenItWakes()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var folder = new TemporaryFolder();
        string id;
        string view;
        await using (
            var world = await AccessWorld.StartAsync(
                adjust: builder => builder.Services.AddSingleton<TimeProvider>(time),
                directory: folder.Path
            )
        )
        {
            id = await world.GrantAsync();
            view = await world.ViewAsync(id);
        }

        time.Advance(TimeSpan.FromHours(7));
        await using var awake = await AccessWorld.StartAsync(
            adjust: builder => builder.Services.AddSingleton<TimeProvider>(time),
            directory: folder.Path,
            withRows: false
        );

        await awake.ShouldBeRefusedAsync("SELECT kwh FROM meter_readings", HttpStatusCode.Forbidden, "nothing_granted");
        await Wait.UntilAsync(async () => await awake.StateAsync(id) == "expired", "the grant expires");
        (await awake.Warehouse.FindViewAsync(view, Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task Clock_NobodyIsThereToTakeItAway_TheViewShowsNothingAfterItsEnd()
    {
        // The service's clock stands still, as if the process slept; the view asks the warehouse's own.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await AccessWorld.StartAsync(adjust: builder =>
            builder.Services.AddSingleton<TimeProvider>(time)
        );
        await world.QueryableAsync();
        var seconds = (int)(TimeProvider.System.GetUtcNow() - time.GetUtcNow()).TotalSeconds + 5;
        var id = await world.GrantAsync(duration: $"{seconds}s");
        (await world.QueryAsync("SELECT kwh FROM meter_readings")).GetProperty("rowCount").GetInt64().Should().Be(10);

        await Wait.UntilAsync(
            async () =>
                (await world.QueryAsync("SELECT kwh FROM meter_readings")).GetProperty("rowCount").GetInt64() == 0,
            "the view shows nothing"
        );

        (await world.StateAsync(id)).Should().Be("verified", "for the service, the time is not over");
    }

    [Fact]
    public async Task Renew_AUsedGrant_DropsWhatNobodyRead()
    {
        await using var world = await AccessWorld.StartAsync();
        var id = await world.GrantAsync();
        var before = await world.GrantOfAsync(id);
        using (
            var unused = await world.SendAsync(
                "analyst",
                HttpMethod.Post,
                $"grants/{id}/renew",
                new { duration = "2h" }
            )
        )
        {
            await unused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "never_used");
        }

        await world.QueryAsync("SELECT mpan, sum(kwh) AS kwh FROM meter_readings WHERE quality = 'ACTUAL' GROUP BY 1");
        (await world.GrantOfAsync(id))
            .GetProperty("unusedColumns")
            .EnumerateArray()
            .Select(column => column.GetString())
            .Should()
            .Equal("read_at", "registers");
        using (
            var more = await world.SendAsync(
                "analyst",
                HttpMethod.Post,
                $"grants/{id}/renew",
                new { duration = "2h", columns = new[] { "raw" } }
            )
        )
        {
            await more.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "columns_not_held");
        }

        var renewed = await world.PostAsync(
            "analyst",
            $"grants/{id}/renew",
            new { duration = "2h" },
            HttpStatusCode.Created
        );

        renewed.GetProperty("grantId").GetString().Should().Be(id);
        var after = await world.GrantOfAsync(id);
        after.GetProperty("state").GetString().Should().Be("verified");
        after.GetProperty("view").GetString().Should().Be(before.GetProperty("view").GetString());
        after.GetProperty("renewals").GetInt32().Should().Be(1);
        after
            .GetProperty("until")
            .GetDateTimeOffset()
            .Should()
            .BeAfter(before.GetProperty("until").GetDateTimeOffset());
        after
            .GetProperty("columns")
            .EnumerateArray()
            .Select(column => column.GetProperty("name").GetString())
            .Should()
            .Equal("mpan", "kwh", "quality");
        using var gone = await world.SendAsync(
            "analyst",
            HttpMethod.Post,
            "query",
            new { sql = "SELECT read_at FROM meter_readings" }
        );
        await gone.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "column_unknown");
        for (var times = 1; times < 4; times++)
        {
            await world.PostAsync("analyst", $"grants/{id}/renew", new { duration = "2h" });
        }

        using var once = await world.SendAsync(
            "analyst",
            HttpMethod.Post,
            $"grants/{id}/renew",
            new { duration = "2h" }
        );
        (await once.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "access_denied"))
            .FaultCodes()
            .Should()
            .Contain("renewals_used_up");
    }

    [Fact]
    public async Task Explain_OfWhatIsAsked_SaysWhy()
    {
        await using var world = await AccessWorld.StartAsync();
        var id = await world.GrantAsync("addresses", "billing", columns: ["country", "city"]);

        var well = await world.GetAsync("analyst", $"grants/{id}/explain");
        well.GetProperty("summary").GetString().Should().StartWith("Nothing stands in the way");
        well.GetProperty("rowsNow").GetRawText().Should().Be("""{"inAll":6,"shown":4}""");
        Column(well, "postcode").GetProperty("reason").GetString().Should().Be("It was not asked for.");
        Column(well, "city").GetProperty("shown").GetString().Should().Be("masked");

        var hidden = await world.GrantAsync("meter_readings", "settlement");
        Column(await world.GetAsync("analyst", $"grants/{hidden}/explain"), "raw")
            .GetProperty("reason")
            .GetString()
            .Should()
            .Be("It does not land in the warehouse.");

        var missing = await world.GrantAsync("meters", "settlement");
        var explained = await world.GetAsync("analyst", $"grants/{missing}/explain");
        explained.GetProperty("summary").GetString().Should().Contain("There is no table meters");

        await world.CallAsync("dpo", HttpMethod.Delete, $"grants/{id}?reason=Leaves%20the%20team");
        var over = await world.GetAsync("analyst", $"grants/{id}/explain");
        over.GetProperty("summary").GetString().Should().Contain("Leaves the team");
    }

    [Fact]
    public async Task Explain_WhereNoRowMeetsTheCondition_SaysSo()
    {
        await using var world = await AccessWorld.StartAsync(withRows: false);
        var id = await world.GrantAsync("meter_readings", "settlement");
        (await world.GetAsync("analyst", $"grants/{id}/explain"))
            .GetProperty("summary")
            .GetString()
            .Should()
            .Contain("no table");

        await world.FillAsync();
        await world.Worker.LookAsync(Cancelled);

        (await world.StateAsync(id)).Should().Be("verified", "its table is there now");
        (await world.GetAsync("analyst", $"grants/{id}/explain"))
            .GetProperty("summary")
            .GetString()
            .Should()
            .StartWith("Nothing");
    }

    [Fact]
    public async Task Reveal_ByAGrant_LastsAsLongAsTheGrant()
    {
        await using var world = await AccessWorld.StartAsync();
        var asked = await world.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "customers",
                purpose = "fraud_prevention",
                duration = "1h",
                columns = new[] { "customer_id" },
            },
            HttpStatusCode.Accepted
        );
        var body = new
        {
            dataset = "customers",
            column = "customer_id",
            values = new[] { "00000000-0000-0000-0000-000000000001" },
            purpose = "fraud_prevention",
        };
        using (var early = await world.SendAsync("analyst", HttpMethod.Post, "reveal", body))
        {
            await early.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "not_granted");
        }

        var granted = await world.PostAsync("owner", $"access-requests/{asked.GetProperty("id").GetString()}/approve");

        // The rows were made by hand: no vault knows the surrogate, and nothing else stands in the way.
        var revealed = await world.PostAsync("analyst", "reveal", body);
        revealed.GetProperty("values")[0].GetProperty("state").GetString().Should().Be("erased");

        await world.CallAsync("owner", HttpMethod.Delete, $"grants/{granted.GetProperty("grantId").GetString()}");
        using var late = await world.SendAsync("analyst", HttpMethod.Post, "reveal", body);
        await late.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "not_granted");
    }

    private static JsonElement Column(JsonElement explained, string name) =>
        explained
            .GetProperty("columns")
            .EnumerateArray()
            .Single(column => column.GetProperty("name").GetString() == name);
}
