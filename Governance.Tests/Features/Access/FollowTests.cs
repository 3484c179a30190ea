using System.Net;
using System.Text;
using System.Text.Json;
using Governance.Api.Features.Access.Follow;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Features.Access;

/// <summary>The world whose grants are followed: everything that takes time takes little.</summary>
public sealed class FollowWorld : IAsyncLifetime
{
    internal AccessWorld World { get; private set; } = null!;

    internal HttpClient Analyst { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await AccessWorld.StartAsync([
            "--Governance:Follow:CheckInterval=00:00:00.1",
            "--Governance:Follow:HeartbeatInterval=00:00:00.3",
            "--Governance:Follow:ResumeWindow=00:05:00",
            "--Governance:Follow:BufferRows=50",
            "--Governance:Follow:MaxPerPerson=6",
        ]);
        Analyst = await World.Host.ClientFor("analyst");
    }

    public async ValueTask DisposeAsync()
    {
        Analyst.Dispose();
        await World.DisposeAsync();
    }
}

/// <summary>A service that stops while somebody follows.</summary>
public sealed class FollowStopTests
{
    [Fact]
    public async Task Follow_WhenTheServiceStops_EndsAndDoesNotHoldItUp()
    {
        await using var world = await AccessWorld.StartAsync();
        using var analyst = await world.Host.ClientFor("analyst");
        var id = await world.GrantAsync();
        await using var stream = await EventStream.OpenAsync(analyst, $"grants/{id}/events");
        await stream.NextAsync("grant");

        world.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await stream.NextAsync("end")).Data.Should().Contain("closing");
        await stream.ClosedAsync();
    }
}

/// <summary>A grant's rows as they land, over HTTP.</summary>
public sealed class FollowTests(FollowWorld follow) : IClassFixture<FollowWorld>
{
    // Behind what the world has landed already.
    private static long _offset = 1_000;

    private readonly AccessWorld _world = follow.World;
    private readonly HttpClient _analyst = follow.Analyst;

    [Fact]
    public async Task Follow_RowsThatLand_ComeAsTheViewShowsThem()
    {
        var id = await _world.GrantAsync("addresses", "billing", columns: ["city", "country"]);
        await using var stream = await EventStream.OpenAsync(_analyst, $"grants/{id}/events");
        var opening = JsonSerializer.Deserialize<JsonElement>((await stream.NextAsync("grant")).Data);
        opening.GetProperty("dataset").GetString().Should().Be("addresses");
        opening
            .GetProperty("columns")
            .EnumerateArray()
            .Select(one => one.GetString())
            .Should()
            .Equal("city", "country");
        opening.GetProperty("complete").GetBoolean().Should().BeTrue();

        await LandAddressesAsync("WALES", "SCOTLAND", "ENGLAND");

        // The policies let billing see England and Wales; the view says so, and the stream with it.
        (await RowAsync(stream))
            .Data.Should()
            .Be("""{"city":"a token","country":"WALES"}""");
        (await RowAsync(stream)).Data.Should().Be("""{"city":"a token","country":"ENGLAND"}""");
        var ledger = await _world.LedgerAsync($"grant/{id}");
        ledger.Select(Action).Should().Contain("grant.followed");
        await stream.DisposeAsync();
        await Wait.UntilAsync(
            async () => (await _world.LedgerAsync($"grant/{id}")).Any(entry => Action(entry) == "grant.follow-ended"),
            "the end stands in the ledger"
        );
        (await _world.LedgerAsync($"grant/{id}"))
            .Single(entry => Action(entry) == "grant.follow-ended")
            .GetProperty("details")
            .GetProperty("rows")
            .GetInt64()
            .Should()
            .Be(2);
    }

    [Fact]
    public async Task Follow_WhenTheGrantIsRevoked_EndsWithTheReason()
    {
        var id = await _world.GrantAsync();
        await using var stream = await EventStream.OpenAsync(_analyst, $"grants/{id}/events");
        await stream.NextAsync("grant");

        await _world.CallAsync("analyst", HttpMethod.Delete, $"grants/{id}");

        JsonSerializer
            .Deserialize<JsonElement>((await EndAsync(stream)).Data)
            .GetProperty("code")
            .GetString()
            .Should()
            .Be("grant_revoked");
        await stream.ClosedAsync();
        using var again = await EventStream.SendAsync(_analyst, $"grants/{id}/events");
        await again.ShouldBeProblemAsync(HttpStatusCode.Gone, "grant_ended");
    }

    [Fact]
    public async Task Follow_WhenTheGrantsTimeIsOver_Ends()
    {
        var id = await _world.GrantAsync(duration: "15s");
        await using var stream = await EventStream.OpenAsync(_analyst, $"grants/{id}/events");

        var end = await EndAsync(stream);

        end.Data.Should().Contain("grant_expired");
        await stream.ClosedAsync();
    }

    [Fact]
    public async Task Follow_WithLastEventId_GoesOnBehindIt_AndSaysWhereItCannot()
    {
        var id = await _world.GrantAsync();
        string? last;
        await using (var first = await EventStream.OpenAsync(_analyst, $"grants/{id}/events"))
        {
            await first.NextAsync("grant");
            await LandReadingsAsync(1);
            last = (await RowAsync(first)).Id;
        }

        await LandReadingsAsync(2);
        await using (var second = await EventStream.OpenAsync(_analyst, $"grants/{id}/events", last))
        {
            await second.NextAsync("grant");
            (await RowAsync(second)).Id.Should().NotBe(last);
            (await RowAsync(second)).Id.Should().NotBe(last);
        }

        await using var third = await EventStream.OpenAsync(_analyst, $"grants/{id}/events", "00000000-7");
        await third.NextAsync("grant");
        (await third.NextAsync("gap")).Data.Should().Contain("rows_missing");
        await LandReadingsAsync(1);
        (await RowAsync(third)).Id.Should().NotBeNull();
    }

    [Fact]
    public async Task Follow_WhileNothingLands_SaysThatItIsAlive()
    {
        var id = await _world.GrantAsync();
        await using var stream = await EventStream.OpenAsync(_analyst, $"grants/{id}/events");
        await stream.NextAsync("grant");

        (await stream.NextAsync("comment")).Data.Should().Be("alive");
        Encoding.UTF8.GetString(stream.Bytes).Should().StartWith("retry: ").And.Contain("\n: alive\n\n");
    }

    [Fact]
    public async Task Follow_OfOnesOwnGrantsAlone_AndNotTooManyAtOnce()
    {
        var id = await _world.GrantAsync();
        using var owner = await _world.SendAsync("owner", HttpMethod.Get, $"grants/{id}/events");
        owner.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var unknown = await EventStream.SendAsync(_analyst, $"grants/{Guid.Empty}/events");
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_grant");

        var open = new List<HttpResponseMessage>();
        HttpResponseMessage last;
        do
        {
            open.Add(last = await EventStream.SendAsync(_analyst, $"grants/{id}/events"));
        } while (last.IsSuccessStatusCode && open.Count < 10);

        await last.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "too_many_streams");
        open.ForEach(one => one.Dispose());

        // A place is free again once the server has seen that the reader left.
        await Wait.UntilAsync(
            async () =>
            {
                using var again = await EventStream.SendAsync(_analyst, $"grants/{id}/events");
                return again.IsSuccessStatusCode;
            },
            "there is a place again"
        );
    }

    [Fact]
    public async Task Follow_RowsFasterThanTheReaderTakesThem_CutsItOffAndHoldsNoMore()
    {
        var id = await _world.GrantAsync();
        var feeds = _world.Host.Services.GetRequiredService<GrantFeeds>();
        await using var stream = await EventStream.OpenAsync(_analyst, $"grants/{id}/events");
        await stream.NextAsync("grant");

        // More than the buffer takes, in one batch: no reader can have had them all in between.
        await LandReadingsAsync(2_000);

        (await EndAsync(stream)).Data.Should().Contain("too_slow");
        await stream.ClosedAsync();
        var feed = feeds.All.Single(one => one.Grant == Guid.Parse(id));
        feed.Read(feed.Next - 50, 10_000).Rows.Should().HaveCount(50);
        feed.Read(feed.Next - 51, 10_000).End.Should().Be(FeedEnd.TooSlow);
    }

    [Fact]
    public async Task Follow_ByAForeignClient_IsReadAsTheStandardSays()
    {
        var id = await _world.GrantAsync();
        var running = NodeTool.RunAsync(
            "follow-grant.mjs",
            JsonSerializer.Serialize(
                new
                {
                    url = new Uri(_world.Host.Address, $"grants/{id}/events"),
                    token = await _world.Host.TokenForAsync("analyst"),
                    rows = 3,
                }
            )
        );
        var feeds = _world.Host.Services.GetRequiredService<GrantFeeds>();
        await Wait.UntilAsync(
            () => Task.FromResult(feeds.All.Any(feed => feed.Grant == Guid.Parse(id)) || running.IsCompleted),
            "the client has come",
            // Its packages may have to be installed first.
            seconds: 300
        );
        // Rows that land from when the grant is followed are given, also where the client has not had the first event yet.
        await LandReadingsAsync(3);

        var seen = JsonSerializer.Deserialize<JsonElement>(await running);

        seen.GetProperty("rows").EnumerateArray().Should().HaveCount(3);
        seen.GetProperty("rows")[0].GetProperty("kwh").ValueKind.Should().NotBe(JsonValueKind.Undefined);
        seen.GetProperty("ids").EnumerateArray().Select(one => one.GetString()).Should().OnlyHaveUniqueItems();
        seen.GetProperty("grants").EnumerateArray().Should().ContainSingle();
        seen.GetProperty("gaps").GetInt32().Should().Be(0);
    }

    private static string Action(JsonElement entry) => entry.GetProperty("action").GetString()!;

    private static async Task<StreamedEvent> RowAsync(EventStream stream)
    {
        StreamedEvent next;
        do
        {
            next = await stream.NextAsync();
        } while (next.Name is "comment");

        next.Name.Should().Be("message", "{0}", next);
        return next;
    }

    private static async Task<StreamedEvent> EndAsync(EventStream stream)
    {
        StreamedEvent next;
        do
        {
            next = await stream.NextAsync();
        } while (next.Name is not "end");

        return next;
    }

    private Task LandAddressesAsync(params string[] countries) =>
        LandAsync(
            "addresses",
            Schema(Field("city", ScalarType.Text), Field("country", ScalarType.Text)),
            [.. countries.Select(country => $$"""{"city":"a token","country":"{{country}}"}""")]
        );

    private Task LandReadingsAsync(int count) =>
        LandAsync(
            "meter_readings",
            Schema(Field("kwh", new ScalarType(ScalarKind.Decimal, 10, 3)), Field("quality", ScalarType.Text)),
            [.. Enumerable.Range(0, count).Select(at => $$"""{"kwh":"{{at}}.500","quality":"ACTUAL"}""")]
        );

    // As the interceptor lands them: through the sink that it is given.
    private async Task LandAsync(string name, MaskedSchema schema, string[] rows)
    {
        var dataset = _world.Dataset(name);
        var at = Interlocked.Add(ref _offset, rows.Length) - rows.Length;
        MaskedRow[] masked =
        [
            .. rows.Select(row => new MaskedRow(0, at++, TimeProvider.System.GetUtcNow(), Encoding.UTF8.GetBytes(row))),
        ];
        await _world
            .Host.Services.GetRequiredService<IMaskedSink>()
            .AppendAsync(Batch(dataset, schema, at, masked), Cancelled);
    }
}
