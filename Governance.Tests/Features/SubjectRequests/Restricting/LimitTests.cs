using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.Restricting;
using Governance.Masking.Avro;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Governance.Tests.Features.Access;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Features.SubjectRequests.Restricting;

/// <summary>Restriction and objection over HTTP: from the grants that stand to those that come later, and back.</summary>
public sealed class LimitTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    // Behind what the world has landed already.
    private static long _offset = 1_000;

    [Fact]
    public async Task Restriction_HidesThePersonInEveryView_UntilItIsLifted()
    {
        const string Mpan = "2000050773620";
        await LandReadingsAsync(Mpan, 3);
        var before = await world.GrantAsync();
        var rows = await CountAsync(before);

        var request = await EndedAsync(await SubmitAsync("restriction", Mpan));

        request.GetProperty("state").GetString().Should().Be("completed", request.GetRawText());
        var item = Item(request, "meter_readings");
        item.GetProperty("verdict").GetString().Should().Be("limited_verified");
        item.GetProperty("counts").GetProperty("matchedAfter").GetInt64().Should().Be(0);
        item.GetProperty("counts").GetProperty("controlUnchanged").GetBoolean().Should().BeTrue();
        request.GetProperty("limit").GetProperty("shownBefore").GetInt64().Should().BeGreaterThanOrEqualTo(3);
        (await CountAsync(before)).Should().Be(rows - 3);
        var after = await world.GrantAsync();
        (await CountAsync(after)).Should().Be(rows - 3, "a grant that comes later leaves them out, too");

        // What lands later is covered by the key; a second person needs no new view.
        await LandReadingsAsync(Mpan, 1);
        (await CountAsync(after)).Should().Be(rows - 3);
        var id = request.Id();
        (await world.SendAsync("dpo", HttpMethod.Post, $"subject-requests/{id}/lift", new { reason = "" }))
            .StatusCode.Should()
            .Be(HttpStatusCode.BadRequest);
        var lifted = await world.PostAsync(
            "dpo",
            $"subject-requests/{id}/lift",
            new { reason = "accuracy was settled" }
        );
        lifted.GetProperty("limit").GetProperty("liftReason").GetString().Should().Be("accuracy was settled");
        (await CountAsync(before)).Should().Be(rows + 1);
        (await CountAsync(after)).Should().Be(rows + 1);
        using var again = await world.SendAsync(
            "dpo",
            HttpMethod.Post,
            $"subject-requests/{id}/lift",
            new { reason = "x" }
        );
        await again.ShouldBeProblemAsync(HttpStatusCode.Conflict, "lifted_already");

        // With nobody left to leave out, the views ask nothing of the rows any more.
        await world.Worker.LookAsync(Cancelled);
        (await SqlAsync(before)).Should().NotContain("_governance_keys");
    }

    [Fact]
    public async Task Objection_StopsThePurposesThatItMay_AndNoOther()
    {
        const string Mpan = "2000050773639";
        await LandReadingsAsync(Mpan, 2);
        var planning = await world.GrantAsync(purpose: "network_planning");
        var settlement = await world.GrantAsync();
        var rows = await CountAsync(settlement);
        var id = await SubmitAsync("objection", Mpan, "network_planning", "settlement");
        var request = await EndedAsync(id);

        request.GetProperty("state").GetString().Should().Be("completed", request.GetRawText());
        var demand = request.GetProperty("demand");
        demand
            .GetProperty("purposes")
            .EnumerateArray()
            .Select(one => one.GetString())
            .Should()
            .Equal("network_planning");
        demand
            .GetProperty("refusedPurposes")[0]
            .GetString()
            .Should()
            .StartWith("settlement: ")
            .And.Contain("Art. 6(1)(c)");
        (await SqlAsync(planning)).Should().Contain(ProcessingLimit.PrefixOf("network_planning"));
        (await SqlAsync(settlement)).Should().NotContain(ProcessingLimit.PrefixOf("network_planning"));
        (await CountAsync(settlement)).Should().Be(rows);
        request.GetProperty("limit").GetProperty("shownBefore").GetInt64().Should().Be(2);
        await world.PostAsync("dpo", $"subject-requests/{id}/lift", new { reason = "taken back" });
    }

    [Fact]
    public async Task Objection_ToWhatTheLawAsksFor_IsRefusedWithItsGround()
    {
        var id = await SubmitAsync("objection", "2000050773648", "settlement", approve: false);

        var request = await world.GetAsync("dpo", $"subject-requests/{id}");
        request.GetProperty("state").GetString().Should().Be("refused");
        request
            .GetProperty("history")
            .EnumerateArray()
            .Last()
            .GetProperty("why")
            .GetString()
            .Should()
            .Contain("Art. 6(1)(c)");
        using var unknown = await world.SendAsync(
            "dpo",
            HttpMethod.Post,
            "subject-requests",
            Body("objection", "2000050773648", ["nosuch"])
        );
        await unknown.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private async Task LandReadingsAsync(string mpan, int count)
    {
        var identifiers = world.Host.Services.GetRequiredService<Identifiers>();
        var utf8 = Encoding.UTF8.GetBytes(mpan);
        identifiers.TryGetKey("mpan", utf8, out var key).Should().BeTrue();
        var resolved = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await identifiers.ResolveAsync(
            new Dictionary<IdentifierKey, ReadOnlyMemory<byte>> { [key] = utf8 },
            resolved,
            Cancelled
        );
        var schema = Schema(
            Field("mpan", ScalarKind.Uuid),
            Field("read_at", ScalarKind.Timestamp),
            Field("kwh", new ScalarType(ScalarKind.Decimal, 10, 3)),
            Field("registers", new ListType(ScalarType.Text, ItemNullable: true)),
            Field("quality", ScalarType.Text)
        );
        var rows = Enumerable
            .Range(0, count)
            .Select(at =>
                Row(
                    _offset++,
                    new JsonObject
                    {
                        ["mpan"] = resolved[key].Surrogate.ToString(),
                        ["read_at"] = $"2026-02-01T0{at}:30:00Z",
                        ["kwh"] = "1.5",
                        ["registers"] = null,
                        ["quality"] = "ACTUAL",
                    }
                )
            )
            .ToArray();
        await world.Warehouse.AppendAsync(Batch(world.Dataset("meter_readings"), schema, _offset, rows), Cancelled);
    }

    private static object Body(string type, string mpan, string[]? purposes) =>
        new
        {
            type,
            subject = "customer",
            claims = new[] { new { domain = "mpan", value = mpan } },
            purposes,
        };

    private async Task<string> SubmitAsync(string type, string mpan, params string[] purposes) =>
        await SubmitAsync(type, mpan, approve: true, purposes);

    private async Task<string> SubmitAsync(string type, string mpan, string purpose, bool approve) =>
        await SubmitAsync(type, mpan, approve, [purpose]);

    private async Task<string> SubmitAsync(string type, string mpan, bool approve, string[] purposes)
    {
        var body = Body(type, mpan, purposes is [] ? null : purposes);
        var id = (await world.PostAsync("dpo", "subject-requests", body)).Id();
        if (approve)
        {
            await world.PostAsync("dpo", $"subject-requests/{id}/verify");
            await world.PostAsync("dpo", $"subject-requests/{id}/approve");
        }

        return id;
    }

    private async Task<JsonElement> EndedAsync(string id)
    {
        JsonElement request = default;
        await Wait.UntilAsync(
            async () =>
            {
                request = await world.GetAsync("dpo", $"subject-requests/{id}");
                return request.GetProperty("state").GetString() is "completed" or "partially_failed";
            },
            () => $"request ended: {request}"
        );
        return request;
    }

    private static JsonElement Item(JsonElement request, string dataset) =>
        request
            .GetProperty("items")
            .EnumerateArray()
            .Single(item => item.GetProperty("dataset").GetString() == dataset);

    private async Task<long> CountAsync(string grant) =>
        (await world.QueryAsync($"SELECT count(*) AS n FROM {await world.ViewAsync(grant)}"))
            .GetProperty("rows")[0]
            .GetProperty("n")
            .GetInt64();

    private async Task<string> SqlAsync(string grant) =>
        (await world.Warehouse.FindViewAsync(await world.ViewAsync(grant), Cancelled))!.Sql;
}
