using System.Text.Json.Nodes;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class JobRunnerTests
{
    private const string Secret = "marker-7f31c2";
    private static readonly JobPurpose Purpose = new("Erasure.Batch", "01A205CF-bb49");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Query_EveryTypeOfParameter_ComesBackAsItWasSent()
    {
        await using var it = await StartAsync();
        var moment = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)).AddMicroseconds(123456);
        var statement = new BigQueryStatement(
            "SELECT @s AS s, @i AS i, @b AS b, @f AS f, @n AS n, @t AS t, @d AS d, @y AS y, @none AS none, @ss AS ss, @ii AS ii,"
                + " STRUCT(@s AS inner_text, [1, 2] AS inner_list) AS r, @empty AS empty",
            [
                BigQueryParameter.Of("s", "it's \"so\""),
                BigQueryParameter.Of("i", long.MinValue),
                new BigQueryParameter("b", BigQueryType.Bool, true),
                new BigQueryParameter("f", BigQueryType.Float64, 0.1),
                new BigQueryParameter("n", BigQueryType.Numeric, 12.345m),
                BigQueryParameter.Of("t", moment),
                new BigQueryParameter("d", BigQueryType.Date, new DateOnly(2026, 2, 3)),
                new BigQueryParameter("y", BigQueryType.Bytes, new byte[] { 0, 255 }),
                BigQueryParameter.Of("none", (string?)null),
                BigQueryParameter.Of("ss", ["a", "b"]),
                new BigQueryParameter("ii", BigQueryType.ArrayOf(BigQueryType.Int64), new long[] { 3, 4 }),
                BigQueryParameter.Of("empty", []),
            ]
        );

        var row = (await it.Jobs.QueryAsync(new JobRequest("types", statement, Purpose), None)).Value.Single();
        row["s"].AsText().Should().Be("it's \"so\"");
        row["i"].AsLong().Should().Be(long.MinValue);
        row["b"].AsBool().Should().BeTrue();
        row["f"].AsDouble().Should().Be(0.1);
        row["n"].AsDecimal().Should().Be(12.345m);
        row["t"].AsTimestamp().Should().Be(moment);
        row["d"].AsDate().Should().Be(new DateOnly(2026, 2, 3));
        row["y"].AsBytes().Should().Equal(0, 255);
        row["none"].IsNull.Should().BeTrue();
        row["none"].AsText().Should().BeNull();
        row["ss"].AsList().Select(cell => cell.AsText()).Should().Equal("a", "b");
        row["ii"].AsList().Select(cell => cell.AsLong()).Should().Equal(3, 4);
        row["empty"].AsList().Should().BeEmpty();
        var record = row["r"].AsRecord()!.Value;
        record["inner_text"].AsText().Should().Be("it's \"so\"");
        record["inner_list"].AsList().Select(cell => cell.AsLong()).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Read_Pages_GivesEveryRow()
    {
        await using var it = await StartAsync();
        var job = (
            await it.Jobs.RunAsync(Query("pages", "SELECT n FROM UNNEST(GENERATE_ARRAY(1, 25)) AS n ORDER BY n"), None)
        ).Value;
        var seen = new List<long?>();
        await foreach (var row in it.Jobs.ReadAsync(job, 10, None))
        {
            seen.Add(row["n"].AsLong());
        }

        seen.Should().Equal(Enumerable.Range(1, 25).Select(n => (long?)n));
        it.Count("bigquery.jobs.getQueryResults").Should().Be(3);
    }

    [Fact]
    public async Task EveryJob_HasLabelsAndALimitAndGoogleSql()
    {
        await using var it = await StartAsync(settings: options => options.MaximumBytesBilled = 20_000_000);
        await it.Jobs.RunAsync(Query("q", "SELECT 1 AS one"), None);
        await it.Jobs.RunAsync(Change("d", "DELETE FROM energy.customers WHERE id = 1"), None);

        foreach (var id in new[] { "q", "d" })
        {
            var configuration = (await JobAsync(it, id))["configuration"]!;
            var query = configuration["query"]!;
            query["useLegacySql"]!.GetValue<bool>().Should().BeFalse();
            query["maximumBytesBilled"]!.GetValue<string>().Should().Be("20000000");
            var labels = configuration["labels"]!;
            labels["governance_feature"]!.GetValue<string>().Should().Be("erasure_batch");
            labels["governance_request"]!.GetValue<string>().Should().Be("01a205cf-bb49");
            labels["governance_statement"]!.GetValue<string>().Should().MatchRegex("^[0-9a-f]{32}$");
        }
    }

    [Fact]
    public async Task Run_Change_GivesStatistics()
    {
        await using var it = await StartAsync();
        var job = (
            await it.Jobs.RunAsync(Change("d", "DELETE FROM energy.customers WHERE region = 'north'"), None)
        ).Value;
        job.StatementType.Should().Be("DELETE");
        job.Changes.Should().Be(new RowChanges(0, 0, 2));
        job.ReferencedTables.Should().Equal(WarehouseStandIn.Customers);
        job.BytesProcessed.Should().BePositive();
        job.Ended.Should().Be(it.Clock.GetUtcNow());
        (await it.Jobs.RunAsync(Query("none", "CREATE TABLE energy.made AS SELECT 1 AS n"), None))
            .Value.DdlOperation.Should()
            .Be("CREATE");
    }

    [Fact]
    public async Task Run_AgainUnderItsId_RunsOnce()
    {
        await using var it = await StartAsync();
        var insert = Change("once", "INSERT INTO energy.customers (id) VALUES (10)");
        it.Server.Faults.Next("bigquery.jobs.insert", Fault.AnswerLost);
        var first = (await it.Jobs.RunAsync(insert, None)).Value;
        var second = (await it.Jobs.RunAsync(insert, None)).Value;
        second.Reference.Should().Be(first.Reference);
        second.Changes.Should().Be(first.Changes);
        (await it.Raw.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Run_AnotherStatementUnderTheId_IsRefused()
    {
        await using var it = await StartAsync();
        (await it.Jobs.RunAsync(Change("taken", "DELETE FROM energy.customers WHERE id = 1"), None))
            .Value.Should()
            .NotBeNull();
        var other = (
            await it.Jobs.RunAsync(Change("taken", "DELETE FROM energy.customers WHERE id = 2"), None)
        ).Refusal!;
        (other.Kind, other.Code).Should().Be((RefusalKind.Invalid, "job_id_reused"));

        // Somebody else's job, without our label.
        await it.Raw.MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/jobs",
            Tests.BigQuery.StandInClient.Job("SELECT 1 AS one", "theirs")
        );
        (await it.Jobs.RunAsync(Query("theirs", "SELECT 1 AS one"), None)).Refusal!.Code.Should().Be("job_id_reused");
        (await it.Raw.QueryAsync("SELECT COUNT(*) FROM energy.customers")).Should().Equal("2");
    }

    [Fact]
    public async Task Run_IdTakenByAJobThatIsNotSeen_IsNeitherRunTwiceNorGivenUp()
    {
        await using var it = await StartAsync();
        it.Server.Faults.Next("bigquery.jobs.insert", Fault.DuplicateJob, times: 2);
        var job = await it.Jobs.RunAsync(Change("x", "INSERT INTO energy.customers (id) VALUES (10)"), None);
        job.Value.Reference.JobId.Should().Be("x");
        (await it.Raw.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Run_LongJob_IsFoundAgainAfterARestart()
    {
        await using var it = await StartAsync(options => options with { JobRunning = TimeSpan.FromMinutes(10) });
        var insert = Change("long", "INSERT INTO energy.customers (id) VALUES (10)");
        using var stop = new CancellationTokenSource();
        var waiting = it.Jobs.RunAsync(insert, stop.Token);
        await UntilAsync(() => it.Count("bigquery.jobs.get") > 0, () => it.Clock.Advance(TimeSpan.FromSeconds(1)));
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        await it.RestartAsync();

        var job = (await it.AdvanceAsync(it.Jobs.RunAsync(insert, None))).Value;
        job.Reference.JobId.Should().Be("long");
        job.Changes!.Inserted.Should().Be(1);
        it.Server.World.Table("test-project", "energy", "customers").Rows.Should().HaveCount(4);
    }

    [Fact]
    public async Task Run_JobFailed_NextCallMakesTheNextAttempt()
    {
        await using var it = await StartAsync();
        var insert = Change("chain", "INSERT INTO energy.customers (id) VALUES (10)");
        it.Server.Faults.Next("bigquery.jobs.insert", Fault.JobFails("jobBackendError", $"Row {Secret}"));
        var failed = (await it.Jobs.RunAsync(insert, None)).Refusal!;
        (failed.Kind, failed.IsTransient).Should().Be((RefusalKind.Away, true));

        await it.RestartAsync();
        (await it.Jobs.RunAsync(insert, None)).Value.Reference.JobId.Should().Be("chain_2");
        (await it.Jobs.RunAsync(insert, None)).Value.Reference.JobId.Should().Be("chain_2");
        (await it.Raw.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Run_ManyFailedAttempts_FindsTheNewest()
    {
        await using var it = await StartAsync();
        var insert = Change("chain", "INSERT INTO energy.customers (id) VALUES (10)");
        for (var attempt = 1; attempt <= 11; attempt++)
        {
            // One insert finds the id taken from the second call on: the fault is of the one that makes the attempt.
            it.Server.Faults.Next(
                "bigquery.jobs.insert",
                Fault.JobFails("backendError", "again"),
                after: attempt is 1 ? 0 : 1
            );
            (await it.Jobs.RunAsync(insert, None)).Refusal!.Kind.Should().Be(RefusalKind.Away);
        }

        (await it.Jobs.RunAsync(insert, None)).Value.Reference.JobId.Should().Be("chain_12");
        (await it.Jobs.FindAsync("chain", None))!.Reference!.JobId.Should().Be("chain_12");
        (await it.Jobs.FindAsync("never", None)).Should().BeNull();
        (await it.Raw.QueryAsync("SELECT COUNT(*) FROM energy.customers WHERE id = 10")).Should().Equal("1");
    }

    [Fact]
    public async Task Run_ConflictWithAnotherStatement_IsTriedAgainAtOnce()
    {
        await using var it = await StartAsync();
        it.Server.Faults.Next(
            "bigquery.jobs.insert",
            Fault.JobFails("invalidQuery", "Could not serialize access to table t due to concurrent update")
        );
        var job = (await it.Jobs.RunAsync(Change("c", "DELETE FROM energy.customers WHERE id = 1"), None)).Value;
        job.Reference.JobId.Should().Be("c_2");
        job.Changes!.Deleted.Should().Be(1);
    }

    [Fact]
    public async Task Run_ConflictThatDoesNotEnd_IsBusy()
    {
        await using var it = await StartAsync();
        it.Server.Faults.Next(
            "bigquery.jobs.insert",
            Fault.JobFails("invalidQuery", "Could not serialize access to table t due to concurrent update"),
            times: 100
        );
        var refusal = (await it.Jobs.RunAsync(Change("c", "DELETE FROM energy.customers WHERE id = 1"), None)).Refusal!;
        (refusal.Kind, refusal.Code).Should().Be((RefusalKind.Busy, "concurrent_change"));
    }

    [Fact]
    public async Task Run_StreamedRows_SaysFromWhenOnAndThenChangesThem()
    {
        await using var it = await StartAsync();
        var arrived = it.Clock.GetUtcNow();
        await it.Raw.MustAsync(
            HttpMethod.Post,
            $"{Tests.BigQuery.StandInClient.Energy}/tables/customers/insertAll",
            "{\"rows\":[{\"insertId\":\"1\",\"json\":{\"id\":7,\"name\":\"" + Secret + "\"}}]}"
        );
        it.Clock.Advance(TimeSpan.FromMinutes(1));
        var delete = Change("buffered", "DELETE FROM energy.customers WHERE id = 7");
        var refusal = (await it.Jobs.RunAsync(delete, None)).Refusal!;
        (refusal.Kind, refusal.Code, refusal.Until)
            .Should()
            .Be((RefusalKind.NotYet, "streaming_buffer", arrived + TimeSpan.FromMinutes(90)));

        it.Clock.Advance(TimeSpan.FromMinutes(90));
        (await it.Jobs.RunAsync(delete, None)).Value.Changes!.Deleted.Should().Be(1);
    }

    [Fact]
    public async Task Run_StreamingBufferOfUnknownAge_IsWorthAskingInHalfAnHour()
    {
        await using var it = await StartAsync();
        it.Server.Faults.Next("bigquery.jobs.insert", Fault.StreamingBuffer);
        it.Server.Faults.Next("bigquery.tables.get", Fault.QuotaExceeded);
        var refusal = (await it.Jobs.RunAsync(Change("b", "DELETE FROM energy.customers WHERE id = 1"), None)).Refusal!;
        (refusal.Kind, refusal.Until)
            .Should()
            .Be((RefusalKind.NotYet, it.Clock.GetUtcNow() + TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public async Task Run_FullQueue_IsBusy()
    {
        await using var it = await StartAsync();
        it.Server.Faults.Next("bigquery.jobs.insert", Fault.QueueFull);
        var refusal = (
            await it.Jobs.RunAsync(Change("full", "DELETE FROM energy.customers WHERE id = 1"), None)
        ).Refusal!;
        (refusal.Kind, refusal.Code).Should().Be((RefusalKind.Busy, "queue_full"));
    }

    [Fact]
    public async Task Run_MoreThanItMayCost_IsTooCostlyAndRunsNothing()
    {
        await using var it = await StartAsync(settings: options => options.MaximumBytesBilled = 1000);
        var refusal = (
            await it.Jobs.RunAsync(Change("dear", "DELETE FROM energy.customers WHERE id = 1"), None)
        ).Refusal!;
        refusal.Kind.Should().Be(RefusalKind.TooCostly);
        (await it.Jobs.EstimateAsync(new BigQueryStatement("SELECT * FROM energy.customers"), Purpose, None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.TooCostly);
        it.Server.World.Table("test-project", "energy", "customers").Rows.Should().HaveCount(3);
    }

    [Theory]
    [InlineData("SELECT CAST(name AS INT64) AS n FROM energy.customers WHERE id = 50")]
    [InlineData("SELECT * FROM energy.customers WHERE name = marker_7f31c2")]
    [InlineData("SELECT 'marker-7f31c2' + 1 AS n")]
    [InlineData("SELECT CAST('marker-7f31c2' AS DATE) AS d")]
    public async Task Run_MessageThatQuotesAValue_IsNotPassedOn(string sql)
    {
        await using var it = await StartAsync();
        await it.Raw.QueryAsync($"INSERT INTO energy.customers (id, name) VALUES (50, '{Secret}')");
        var refusal = (await it.Jobs.RunAsync(Query("leak", sql), None)).Refusal!;
        refusal.Kind.Should().Be(RefusalKind.Invalid);
        var said = (await JobAsync(it, "leak"))["status"]!.ToJsonString();
        said.Replace('_', '-').Should().Contain(Secret, "else the test would show nothing");

        var heard = string.Join('\n', [refusal.ToString(), new WarehouseException(refusal).ToString(), .. it.Logs]);
        heard.Replace('_', '-').Should().NotContain(Secret);
        heard.Should().Contain("leak", "the job's id stays, by which an operator finds the message");
    }

    [Fact]
    public void Statement_AsText_HoldsNoValue()
    {
        var statement = new BigQueryStatement($"SELECT '{Secret}'", [BigQueryParameter.Of("p", Secret)]);
        statement.ToString().Should().NotContain(Secret);
        statement.Parameters[0].ToString().Should().NotContain(Secret);
        new JobRequest("id", statement, Purpose).ToString().Should().NotContain(Secret);
    }

    [Fact]
    public async Task Estimate_Query_SaysWhatItWouldReadAndRunsNothing()
    {
        await using var it = await StartAsync();
        var estimate = (
            await it.Jobs.EstimateAsync(
                new BigQueryStatement("SELECT name, COUNT(*) AS n FROM energy.customers GROUP BY name"),
                Purpose,
                None
            )
        ).Value;
        estimate.StatementType.Should().Be("SELECT");
        estimate.Bytes.Should().BePositive();
        estimate.ReferencedTables.Should().Equal(WarehouseStandIn.Customers);
        estimate
            .Columns.Select(column => (column.Name, column.Type))
            .Should()
            .Equal(("name", "STRING"), ("n", "INTEGER"));
        estimate.Account.Should().Be(it.Server.Options.Owner);
        (await it.Raw.MustAsync(HttpMethod.Get, "bigquery/v2/projects/test-project/jobs?maxResults=50"))["jobs"]!
            .AsArray()
            .Should()
            .HaveCount(1, "the fixture's own INSERT is the only job");
        (await it.Jobs.EstimateAsync(new BigQueryStatement("SELECT * FROM energy.nothing"), Purpose, None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Gone);
    }

    [Fact]
    public async Task Run_ThreeChangesOfATable_TwoAreInFlight()
    {
        await using var it = await StartAsync(options => options with { JobRunning = TimeSpan.FromMinutes(1) });
        var before = it.Count("bigquery.jobs.insert");
        using var stop = new CancellationTokenSource();
        var first = it.Jobs.RunAsync(Change("a", "UPDATE energy.customers SET name = 'x' WHERE id = 1"), stop.Token);
        var second = it.Jobs.RunAsync(Change("b", "UPDATE energy.customers SET name = 'x' WHERE id = 2"), None);
        var third = it.Jobs.RunAsync(Change("c", "UPDATE energy.customers SET name = 'x' WHERE id = 3"), None);
        var query = it.Jobs.RunAsync(Query("q", "SELECT 1 AS one"), None);
        await UntilAsync(() => it.Count("bigquery.jobs.insert") == before + 3, () => { });

        // Whoever stops waiting leaves the job behind, which takes its place until it is done.
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => first).Should().ThrowAsync<OperationCanceledException>();
        await Task.Delay(100);
        it.Count("bigquery.jobs.insert").Should().Be(before + 3);
        (await it.Client.FindJobAsync(new JobReference("test-project", "c", "US"), None)).Should().BeNull();

        (await it.AdvanceAsync(third)).Value.Changes!.Updated.Should().Be(1);
        (await it.AdvanceAsync(second)).Value.Changes!.Updated.Should().Be(1);
        (await it.AdvanceAsync(query)).Value.StatementType.Should().Be("SELECT");
        (await it.Jobs.FindAsync("a", None))!.IsDone.Should().BeTrue("it went on");
    }

    private static async Task<WarehouseStandIn> StartAsync(
        Func<StandInOptions, StandInOptions>? options = null,
        Action<Governance.Policies.Warehouse.BigQuery.BigQueryOptions>? settings = null
    )
    {
        var it = await WarehouseStandIn.StartAsync(options, settings);
        if (it.Server.Options.JobRunning == TimeSpan.Zero)
        {
            await it.Raw.CreateCustomersAsync();
            return it;
        }

        // Where jobs take their time, the rows come as a table of their own.
        await it.Client.InsertDatasetAsync(new DatasetResource { Reference = WarehouseStandIn.Energy }, None);
        await it.AdvanceAsync(
            it.Jobs.RunAsync(
                Query(
                    "setup",
                    "CREATE TABLE energy.customers AS SELECT id, 'n' AS name, 'north' AS region FROM UNNEST([1, 2, 3]) AS id"
                ),
                None
            )
        );
        return it;
    }

    private static JobRequest Query(string id, string sql) => new(id, new BigQueryStatement(sql), Purpose);

    private static JobRequest Change(string id, string sql) =>
        new(id, new BigQueryStatement(sql), Purpose, WarehouseStandIn.Customers);

    private static async Task<JsonObject> JobAsync(WarehouseStandIn it, string id) =>
        await it.Raw.MustAsync(HttpMethod.Get, $"bigquery/v2/projects/test-project/jobs/{id}");

    private static async Task UntilAsync(Func<bool> condition, Action meanwhile)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            meanwhile();
            await Task.Delay(5, limit.Token);
        }
    }
}
