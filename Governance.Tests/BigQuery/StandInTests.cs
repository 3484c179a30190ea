using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.BigQuery;

public sealed class StandInTests : IAsyncLifetime
{
    private const string Analyst = "user:analyst@example.com";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private BigQueryStandIn _standIn = null!;
    private StandInClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _standIn = await BigQueryStandIn.StartAsync(new StandInOptions { Clock = _clock });
        _client = new StandInClient(_standIn);
        await _client.CreateCustomersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("""{"labels":{"a":"b"},"lables":{}}""", "lables")]
    [InlineData("""{"schema":{"fields":[{"name":"id","typ":"INT64"}]}}""", "typ")]
    public async Task Patch_UnknownField_IsRefused(string body, string field)
    {
        var (status, answer) = await _client.SendAsync(
            HttpMethod.Patch,
            $"{StandInClient.Energy}/tables/customers",
            body
        );
        status.Should().Be(400);
        answer["error"]!["message"]!.GetValue<string>().Should().Contain($"\"{field}\"");
    }

    [Fact]
    public async Task Get_UnknownPathOrParameter_IsRefused()
    {
        (await _client.SendAsync(HttpMethod.Get, $"{StandInClient.Energy}/tabels/customers")).Status.Should().Be(400);
        (await _client.SendAsync(HttpMethod.Get, $"{StandInClient.Energy}/tables?maxResult=1")).Status.Should().Be(400);
    }

    [Fact]
    public async Task Patch_OldEtag_Is412AndChangesNothing()
    {
        var path = $"{StandInClient.Energy}/tables/customers";
        var etag = (await _client.MustAsync(HttpMethod.Get, path))["etag"]!.GetValue<string>();
        var (first, _) = await _client.SendAsync(HttpMethod.Patch, path, """{"labels":{"a":"1"}}""", ifMatch: etag);
        var (second, error) = await _client.SendAsync(
            HttpMethod.Patch,
            path,
            """{"labels":{"a":"2"}}""",
            ifMatch: etag
        );
        (first, second).Should().Be((200, 412));
        error["error"]!["errors"]![0]!["reason"]!.GetValue<string>().Should().Be("conditionNotMet");
        (await _client.MustAsync(HttpMethod.Get, path))["labels"]!["a"]!.GetValue<string>().Should().Be("1");
    }

    [Theory]
    [InlineData(
        """[{"name":"id","type":"INTEGER","mode":"NULLABLE"},{"name":"name","type":"STRING"},{"name":"region","type":"STRING"},{"name":"email","type":"STRING"}]""",
        200
    )]
    [InlineData("""[{"name":"id","type":"INTEGER","mode":"REQUIRED"},{"name":"name","type":"STRING"}]""", 400)]
    [InlineData(
        """[{"name":"id","type":"STRING","mode":"REQUIRED"},{"name":"name","type":"STRING"},{"name":"region","type":"STRING"}]""",
        400
    )]
    [InlineData(
        """[{"name":"id","type":"INTEGER","mode":"REQUIRED"},{"name":"name","type":"STRING","mode":"REQUIRED"},{"name":"region","type":"STRING"}]""",
        400
    )]
    [InlineData(
        """[{"name":"id","type":"INTEGER","mode":"REQUIRED"},{"name":"name","type":"STRING"},{"name":"region","type":"STRING"},{"name":"x","type":"STRING","mode":"REQUIRED"}]""",
        400
    )]
    public async Task Patch_Schema_WidensOnly(string fields, int expected)
    {
        var (status, answer) = await _client.SendAsync(
            HttpMethod.Patch,
            $"{StandInClient.Energy}/tables/customers",
            "{\"schema\":{\"fields\":" + fields + "}}"
        );
        status.Should().Be(expected, "it said {0}", answer.ToJsonString());
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers")).Should().Equal("3");
    }

    [Fact]
    public async Task Dml_Statements_CountAndChangeRows()
    {
        var answer = await _client.MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/queries",
            """{"query":"MERGE energy.customers t USING (SELECT 2 AS id, 'new' AS name UNION ALL SELECT 9, 'nine') s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name) WHEN NOT MATCHED BY SOURCE AND t.id = 3 THEN DELETE","useLegacySql":false}"""
        );
        answer["dmlStats"]!
            .ToJsonString()
            .Should()
            .Be("""{"insertedRowCount":"1","updatedRowCount":"1","deletedRowCount":"1"}""");
        (await _client.QueryAsync("SELECT CONCAT(id, '-', IFNULL(name, '?')) FROM energy.customers ORDER BY id"))
            .Should()
            .Equal("1-a", "2-new", "9-nine");
        (await _client.RefusedAsync("UPDATE energy.customers SET id = NULL WHERE id = 1"))
            .Reason.Should()
            .Be("invalidQuery");
        (await _client.RefusedAsync("DELETE FROM energy.customers WHERE nope = 1")).Message.Should().Contain("nope");
    }

    [Fact]
    public async Task Dml_StreamedRow_IsRefusedUntilTheBufferIsFlushed()
    {
        await _client.MustAsync(
            HttpMethod.Post,
            $"{StandInClient.Energy}/tables/customers/insertAll",
            """{"rows":[{"insertId":"1","json":{"id":7,"name":"s"}},{"insertId":"1","json":{"id":7,"name":"s"}}]}"""
        );
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 7"))
            .Should()
            .Equal(["1"], "an insertId counts once");
        (await _client.RefusedAsync("DELETE FROM energy.customers WHERE id = 7"))
            .Message.Should()
            .Contain("streaming buffer");
        await _client.QueryAsync("DELETE FROM energy.customers WHERE id = 1");
        (await _client.RefusedAsync("DELETE FROM energy.customers WHERE TRUE"))
            .Message.Should()
            .Contain("streaming buffer");
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers"))
            .Should()
            .Equal(["3"], "a refused statement deletes nothing");
        _clock.Advance(TimeSpan.FromMinutes(31));
        await _client.QueryAsync("DELETE FROM energy.customers WHERE id = 7");
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers")).Should().Equal("2");
    }

    [Fact]
    public async Task RowAccessPolicy_FiltersWhoeverHasOne_AndHidesAllFromTheRest()
    {
        await _client.MustAsync(
            HttpMethod.Patch,
            StandInClient.Energy,
            """{"access":[{"role":"READER","userByEmail":"analyst@example.com"},{"role":"READER","userByEmail":"other@example.com"}]}"""
        );
        await _client.QueryAsync(
            "CREATE ROW ACCESS POLICY north ON energy.customers GRANT TO ('user:analyst@example.com') FILTER USING (region = 'north')"
        );
        (await _client.QueryAsync("SELECT id FROM energy.customers ORDER BY id", Analyst)).Should().Equal("1", "3");
        (await _client.QueryAsync("SELECT id FROM energy.customers", "user:other@example.com")).Should().BeEmpty();
        (await _client.QueryAsync("SELECT id FROM energy.customers"))
            .Should()
            .BeEmpty("the owner, too, needs a policy");
        (await _client.RefusedAsync("DELETE FROM energy.customers WHERE id = 1")).Reason.Should().Be("accessDenied");

        await _client.QueryAsync(
            $"CREATE ROW ACCESS POLICY all_rows ON energy.customers GRANT TO ('{_standIn.Options.Owner}') FILTER USING (TRUE)"
        );
        await _client.QueryAsync("DELETE FROM energy.customers WHERE id = 1");
        (await _client.QueryAsync("SELECT id FROM energy.customers ORDER BY id")).Should().Equal("2", "3");

        await _client.QueryAsync("DROP ROW ACCESS POLICY all_rows ON energy.customers");
        (await _client.RefusedAsync("DROP ROW ACCESS POLICY north ON energy.customers"))
            .Message.Should()
            .Contain("last");
        var path = $"{StandInClient.Energy}/tables/customers/rowAccessPolicies:batchDelete";
        (await _client.SendAsync(HttpMethod.Post, path, """{"policyIds":["north"]}""")).Status.Should().Be(400);
        await _client.MustAsync(HttpMethod.Post, path, """{"policyIds":["north"],"force":true}""");
        (await _client.QueryAsync("SELECT id FROM energy.customers", "user:other@example.com"))
            .Should()
            .HaveCount(2, "removing the last policy opens the table");
    }

    [Fact]
    public async Task View_OverAnotherDataset_IsReadableOnceItIsAuthorized()
    {
        await _client.MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/datasets",
            """{"datasetReference":{"datasetId":"shared"},"access":[{"role":"READER","userByEmail":"analyst@example.com"}]}"""
        );
        await _client.QueryAsync(
            "CREATE VIEW shared.regions AS SELECT DISTINCT region FROM `test-project.energy.customers`"
        );
        (await _client.RefusedAsync("SELECT region FROM shared.regions", Analyst)).Reason.Should().Be("accessDenied");
        await _client.MustAsync(
            HttpMethod.Patch,
            StandInClient.Energy,
            """{"access":[{"view":{"projectId":"test-project","datasetId":"shared","tableId":"regions"}}]}"""
        );
        (await _client.QueryAsync("SELECT region FROM shared.regions ORDER BY region", Analyst))
            .Should()
            .Equal("north", "south");
        (await _client.RefusedAsync("SELECT name FROM energy.customers", Analyst)).Reason.Should().Be("accessDenied");
    }

    [Fact]
    public async Task Insert_SameJobId_Is409AndRunsOnce()
    {
        const string Jobs = "bigquery/v2/projects/test-project/jobs";
        var job = StandInClient.Job("INSERT INTO energy.customers (id) VALUES (10)", "erase-1");
        _standIn.Faults.Next("bigquery.jobs.insert", Fault.AnswerLost);
        await FluentActions
            .Awaiting(() => _client.SendAsync(HttpMethod.Post, Jobs, job))
            .Should()
            .ThrowAsync<HttpRequestException>();
        (await _client.SendAsync(HttpMethod.Post, Jobs, job)).Status.Should().Be(409);
        var found = await _client.MustAsync(HttpMethod.Get, $"{Jobs}/erase-1?location=US");
        found["status"]!["state"]!.GetValue<string>().Should().Be("DONE");
        (await _client.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Query_WithoutUseLegacySqlFalse_IsRefused()
    {
        var (status, _) = await _client.SendAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/queries",
            """{"query":"SELECT 1"}"""
        );
        status.Should().Be(400);
    }

    [Fact]
    public async Task Faults_Counted_FailThatManyTimes()
    {
        _standIn.Faults.Next("bigquery.tables.get", Fault.Unavailable, times: 2, after: 1);
        var seen = new List<int>();
        for (var ask = 0; ask < 4; ask++)
        {
            seen.Add((await _client.SendAsync(HttpMethod.Get, $"{StandInClient.Energy}/tables/customers")).Status);
        }

        seen.Should().Equal(200, 503, 503, 200);
    }
}
