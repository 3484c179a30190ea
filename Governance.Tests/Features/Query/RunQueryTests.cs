using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Features.Query;
using Governance.Api.Features.Query.RunQuery;
using Governance.Api.Identity;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.Querying;
using Governance.Tests.Support;
using Governance.Tests.Warehouse.DuckDb.Querying;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Governance.Tests.Features.Query;

public sealed class RunQueryTests : IAsyncLifetime
{
    private SandboxHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(
            ["--Governance:Query:MaxRows=50000", "--Governance:Query:TimeLimit=00:00:05"],
            builder => builder.Services.AddSingleton<IGrantedViews, AnasGrants>()
        );
        await QueryWorld.FillAsync(_host.Services.GetRequiredService<IWarehouse>());
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task RunQuery_Json_AnswersRowsAndStandsInTheLedger()
    {
        var sql =
            "SELECT method, sum(amount) AS total, max(day) AS newest, count(*) FROM payments WHERE amount > $low GROUP BY method ORDER BY 1";

        var answer = await AskAsync(new { sql, parameters = new { low = 1.25 } });

        answer.GetProperty("complete").GetBoolean().Should().BeTrue();
        answer.GetProperty("rowCount").GetInt64().Should().Be(2);
        answer.GetProperty("datasets")[0].GetString().Should().Be("payments");
        answer.GetProperty("columns")[1].GetProperty("name").GetString().Should().Be("total");
        var row = answer.GetProperty("rows")[0];
        row.GetProperty("method").GetString().Should().Be("card");
        row.GetProperty("total").GetRawText().Should().Be("610.00");
        row.GetProperty("newest").GetString().Should().Be("2026-01-27");
        var entry = await EntryAsync(answer.GetProperty("id").GetString()!);
        entry.GetProperty("action").GetString().Should().Be("query.answered");
        var details = entry.GetProperty("details");
        details.GetProperty("rows").GetInt64().Should().Be(2);
        details.GetProperty("datasets").GetString().Should().Be("payments");
        details.GetProperty("views").GetString().Should().Be(QueryWorld.Payments);
        details.GetProperty("shape").GetString().Should().HaveLength(64);
        entry.GetRawText().Should().NotContain("1.25").And.NotContain("SELECT");
    }

    [Fact]
    public async Task RunQuery_ArrowStream_IsReadByApachesOwnReader()
    {
        using var response = await PostAsync(
            new
            {
                sql = "SELECT p.customer, p.region, p.amount, p.day, m.tags, p.amount > 10 AS big, NULL::VARCHAR AS nothing, "
                    + "CAST(p.amount AS DOUBLE) AS d, count(*) OVER () AS n, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS at "
                    + "FROM payments p JOIN meters m USING (customer) ORDER BY p.amount",
            },
            ArrowAnswer.ContentType
        );

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(ArrowAnswer.ContentType);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var read = JsonNode.Parse(await NodeTool.RunAsync("arrow-stream.mjs", Convert.ToBase64String(bytes)))!;
        read["fields"]!
            .AsArray()
            .Select(field => field!.ToString())
            .Should()
            .Equal(
                "customer: Utf8",
                "region: Utf8",
                "amount: Decimal[10e+2]",
                "day: Date32<DAY>",
                "tags: List<Utf8>",
                "big: Bool",
                "nothing: Utf8",
                "d: Float64",
                "n: Int64",
                "at: Timestamp<MICROSECOND, UTC>"
            );
        var rows = read["rows"]!.AsArray();
        rows.Should().HaveCount(40);
        var first = rows[0]!;
        first["customer"]!.ToString().Should().Be("00000000-0000-0000-0000-000000000001");
        first["region"]!.ToString().Should().Be("north");
        first["amount"]!.ToString().Should().Be("150");
        first["day"]!.ToString().Should().Be("2026-01-02T00:00:00.000Z");
        first["tags"]!.AsArray().Select(tag => tag!.ToString()).Should().Equal("a", "t1");
        first["big"]!.GetValue<bool>().Should().BeFalse();
        first["nothing"].Should().BeNull();
        first["d"]!.GetValue<double>().Should().Be(1.5);
        first["n"]!.ToString().Should().Be("40");
    }

    [Fact]
    public async Task RunQuery_ManyBatches_AreStreamedAndCounted()
    {
        var answer = await AskAsync(
            new
            {
                sql = "SELECT range AS n, CAST(range AS VARCHAR) AS t FROM range(40000) WHERE 1 IN (SELECT 1 FROM payments)",
            }
        );

        answer.GetProperty("rowCount").GetInt64().Should().Be(40_000);
        answer.GetProperty("complete").GetBoolean().Should().BeTrue();
        var entries = await EntriesAsync(answer.GetProperty("id").GetString()!);
        entries
            .Select(entry => entry.GetProperty("action").GetString())
            .Should()
            .BeEquivalentTo("query.started", "query.answered");
    }

    [Fact]
    public async Task RunQuery_StoppedOnItsWay_SaysThatItIsNotWhole()
    {
        const string sql = "SELECT range AS n FROM range(100000) WHERE 1 IN (SELECT 1 FROM payments)";

        var answer = await AskAsync(new { sql });

        answer.GetProperty("complete").GetBoolean().Should().BeFalse();
        answer.GetProperty("problem").GetProperty("code").GetString().Should().Be("too_many_rows");
        answer.GetProperty("rows").GetArrayLength().Should().BeLessThanOrEqualTo(50_000);
        var arrow = async () =>
        {
            using var response = await PostAsync(new { sql }, ArrowAnswer.ContentType);
            await response.Content.ReadAsByteArrayAsync();
        };
        await arrow.Should().ThrowAsync<Exception>("the connection breaks off");
        (await EntriesAsync(answer.GetProperty("id").GetString()!))
            .Select(entry =>
                entry.GetProperty("details").TryGetProperty("code", out var code) ? code.GetString() : null
            )
            .Should()
            .Contain("too_many_rows");
    }

    [Fact]
    public async Task RunQuery_Refused_SaysWhatAndWhereAndStandsInTheLedger()
    {
        using var response = await PostAsync(new { sql = "SELECT *\nFROM customers WHERE name = 'XQZ7 never shown'" });

        var problem = await response.ShouldBeProblemAsync(
            HttpStatusCode.Forbidden,
            "table_not_granted",
            "never shown",
            "customers"
        );
        var fault = problem.GetProperty("faults")[0];
        (
            fault.GetProperty("path").GetString(),
            fault.GetProperty("line").GetInt32(),
            fault.GetProperty("column").GetInt32()
        )
            .Should()
            .Be(("sql", 2, 6));
        using var auditor = await _host.ClientFor("auditor");
        (await auditor.GetStringAsync(new Uri("ledger?limit=200", UriKind.Relative)))
            .Should()
            .Contain("query.refused")
            .And.Contain("table_not_granted")
            .And.NotContain("never shown");
        string.Join('\n', _host.Logs).Should().NotContain("never shown");
    }

    [Theory]
    [InlineData("""{"sql":"SELECT 1","parameters":[[1]]}""", HttpStatusCode.BadRequest, "invalid_parameters")]
    [InlineData("""{"sql":"SELECT 1","parameters":"x"}""", HttpStatusCode.BadRequest, "invalid_parameters")]
    [InlineData("""{"sql":"SELECT $1","parameters":[]}""", HttpStatusCode.UnprocessableEntity, "parameter_missing")]
    [InlineData("""{"sql":""}""", HttpStatusCode.UnprocessableEntity, "no_statement")]
    [InlineData("""{"sql":"DROP TABLE payments"}""", HttpStatusCode.UnprocessableEntity, "not_a_select")]
    [InlineData("""{"sql":null}""", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "invalid_json")]
    public async Task RunQuery_BadInput_IsAProblem(string body, HttpStatusCode status, string code)
    {
        using var analyst = await _host.ClientFor("analyst");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await analyst.PostAsync(new Uri("query", UriKind.Relative), content);

        await response.ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task RunQuery_ByOthersOrWithoutGrants_IsRefused()
    {
        using var anonymous = await _host.Client.PostAsJsonAsync("query", new { sql = "SELECT 1" });
        anonymous.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        foreach (var person in (string[])["dpo", "owner", "pipeline", "auditor", "admin"])
        {
            using var client = await _host.ClientFor(person);
            using var refused = await client.PostAsJsonAsync("query", new { sql = "SELECT 1" });
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        }

        await using var plain = await SandboxHost.StartAsync();
        using var analyst = await plain.ClientFor("analyst");
        using var response = await analyst.PostAsJsonAsync("query", new { sql = "SELECT 1" });
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "nothing_granted");
    }

    [Fact]
    public async Task RunQuery_WhereTheWarehouseAnswersItself_SaysWhereToAsk()
    {
        var handler = new RunQueryHandler(
            [],
            new AnasGrants(),
            _host.Services.GetRequiredService<QueryLedger>(),
            Options.Create(new QueryOptions()),
            TimeProvider.System
        );

        var result = await handler.Handle(
            new RunQueryCommand(new RunQueryBody { Sql = "SELECT 1" }, new Actor("1", "Ana", [Roles.Analyst])),
            TestContext.Current.CancellationToken
        );

        var problem = Governance.Api.Http.Problem.From(result.Failure!);
        problem.Status.Should().Be(501);
        problem.Code.Should().Be("queries_elsewhere");
        problem.Next.Should().Contain("BigQuery");
    }

    private async Task<JsonElement> AskAsync(object body)
    {
        using var response = await PostAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<HttpResponseMessage> PostAsync(object body, string? accept = null)
    {
        using var analyst = await _host.ClientFor("analyst");
        using var request = new HttpRequestMessage(HttpMethod.Post, "query") { Content = JsonContent.Create(body) };
        if (accept is not null)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        }

        return await analyst.SendAsync(request);
    }

    private async Task<JsonElement> EntryAsync(string id) => (await EntriesAsync(id)).Should().ContainSingle().Which;

    private async Task<JsonElement[]> EntriesAsync(string id)
    {
        using var auditor = await _host.ClientFor("auditor");
        var ledger = await auditor.GetFromJsonAsync<JsonElement>("ledger?limit=200");
        return
        [
            .. ledger
                .GetProperty("entries")
                .EnumerateArray()
                .Where(entry => entry.GetProperty("target").GetString() == $"query/{id}"),
        ];
    }

    private sealed class AnasGrants : IGrantedViews
    {
        public Task RecordUseAsync(QueriedStatement statement, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task<GrantedViews> ReadAsync(Actor actor, CancellationToken cancellationToken) =>
            Task.FromResult(
                new GrantedViews(
                    [
                        new GrantedView("payments", QueryWorld.Payments),
                        new GrantedView("meters", QueryWorld.Meters),
                        // Its grant has ended, though the view still stands.
                        new GrantedView("customers", "g9_other", Until: TimeProvider.System.GetUtcNow().AddSeconds(-1)),
                    ],
                    [QueryWorld.Ana]
                )
            );
    }
}
