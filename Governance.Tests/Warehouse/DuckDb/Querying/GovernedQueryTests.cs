using Governance.Policies.Warehouse.Querying;

namespace Governance.Tests.Warehouse.DuckDb.Querying;

/// <summary>Questions about what was granted are answered as the warehouse itself would answer them.</summary>
public sealed class GovernedQueryTests
{
    // The same rows, written out by hand from the tables.
    private const string Granted =
        "payments AS (SELECT customer, region, method, amount, day FROM main.payments WHERE region = 'north'), "
        + "meters AS (SELECT customer, serial, tags FROM main.meters)";

    public static TheoryData<string> Questions =>
        [
            "SELECT * FROM payments ORDER BY amount",
            "SELECT region, method, count(*), sum(amount), avg(amount), min(day), max(day) FROM payments GROUP BY ALL ORDER BY ALL",
            "SELECT method, count(*) AS n FROM payments GROUP BY 1 HAVING count(*) > 3 ORDER BY n DESC, method LIMIT 5 OFFSET 0",
            "SELECT p.amount, m.serial FROM payments p JOIN meters m ON p.customer = m.customer WHERE p.amount BETWEEN 5 AND 30 ORDER BY 1, 2",
            "SELECT m.serial, sum(p.amount) FROM meters m LEFT JOIN payments p USING (customer) GROUP BY m.serial ORDER BY 1",
            "WITH big AS (SELECT * FROM payments WHERE amount > 20), by_day AS (SELECT day, count(*) n FROM big GROUP BY day) "
                + "SELECT b.day, b.n, big.amount FROM by_day b JOIN big USING (day) ORDER BY ALL",
            "SELECT amount, row_number() OVER (PARTITION BY method ORDER BY amount DESC) r, sum(amount) OVER (ORDER BY amount ROWS BETWEEN 2 "
                + "PRECEDING AND CURRENT ROW) s, lag(amount, 1, 0) OVER w FROM payments WINDOW w AS (ORDER BY amount) ORDER BY amount",
            "SELECT amount FROM payments QUALIFY rank() OVER (ORDER BY amount DESC) <= 3 ORDER BY 1",
            "SELECT upper(method) || '-' || CAST(day AS VARCHAR) AS k, concat_ws('/', region, method) c FROM payments ORDER BY ALL",
            "SELECT region || method AS k, count(*) FROM payments GROUP BY region || method ORDER BY 1",
            "SELECT date_trunc('month', day) m, year(day) y, extract(dow FROM day) d, count(DISTINCT customer) FROM payments GROUP BY ALL "
                + "ORDER BY ALL",
            "SELECT count(*) FILTER (WHERE amount > 10), sum(CASE WHEN method = 'card' THEN 1 ELSE 0 END), median(amount), stddev(amount) "
                + "FROM payments",
            "SELECT serial FROM meters WHERE customer IN (SELECT customer FROM payments WHERE amount > 40) ORDER BY 1",
            "SELECT serial, (SELECT max(amount) FROM payments p WHERE p.customer = m.customer) FROM meters m ORDER BY 1",
            "SELECT serial FROM meters m WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.customer = m.customer) ORDER BY 1",
            "SELECT method FROM payments UNION SELECT serial FROM meters ORDER BY 1",
            "SELECT customer FROM meters EXCEPT SELECT customer FROM payments ORDER BY 1",
            "SELECT serial, unnest(tags) t FROM meters ORDER BY ALL",
            "SELECT m.serial, u.t, m.tags[2] FROM meters m, unnest(m.tags) AS u(t) WHERE list_contains(m.tags, 't1') ORDER BY ALL",
            "SELECT DISTINCT ON (method) method, amount FROM payments ORDER BY method, amount",
            "SELECT DATE '2026-01-01' + CAST(range AS INTEGER) d, count(p.day) FROM range(0, 10) LEFT JOIN payments p ON p.day = DATE "
                + "'2026-01-01' + CAST(range AS INTEGER) GROUP BY d ORDER BY d",
            "SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b) ORDER BY 1",
            "SELECT * EXCLUDE (customer) REPLACE (amount * 2 AS amount) FROM payments ORDER BY ALL",
            "SELECT p.* FROM payments p NATURAL JOIN meters m ORDER BY amount",
            "SELECT region, method, grouping(method), sum(amount) FROM payments GROUP BY ROLLUP (region, method) ORDER BY ALL",
            "SELECT count(*) FROM payments WHERE method LIKE 'c%' OR method ILIKE '%EB%' OR method NOT LIKE 'x_z'",
            "SELECT regexp_extract(serial, '[0-9]+') n, split_part(serial, 'M', 2) FROM meters ORDER BY 1",
            "SELECT amount::INTEGER, TRY_CAST(method AS INTEGER), amount IS NOT NULL, nullif(method, 'card'), coalesce(NULL, method) FROM payments "
                + "ORDER BY ALL",
            "SELECT replace(method, 'a', 'AA'), regexp_replace(method, '[aeiou]', '<\\0>', 'g'), strftime(day, '%d.%m.%Y') FROM payments "
                + "ORDER BY ALL",
            "SELECT count(*) FROM payments p0"
                + string.Concat(
                    Enumerable.Range(1, 30).Select(at => $" JOIN meters m{at} ON m{at}.customer = p0.customer")
                ),
            "SELECT 'it''s', -1, 1.25, 1e3, true, NULL, 99999999999999999999, INTERVAL 2 DAYS, TIMESTAMP '2026-01-01 00:00:00'",
            "FROM payments SELECT count(*)",
        ];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task RunAsync_Question_AnswersWhatTheTablesSay(string sql)
    {
        await using var world = await QueryWorld.CreateAsync();

        var reply = await world.AskAsync(sql);

        reply.Refusal.Should().BeNull();
        var direct = sql.StartsWith("WITH ", StringComparison.Ordinal)
            ? $"WITH {Granted}, {sql[5..]}"
            : $"WITH {Granted} {sql}";
        reply.Rows.Should().Equal(await DirectAsync(world, direct));
        reply.Rows.Should().NotBeEmpty();
    }

    [Fact]
    public async Task RunAsync_Parameters_AreBoundAndNeverRead()
    {
        await using var world = await QueryWorld.CreateAsync();
        var sql = "SELECT count(*) FROM payments WHERE method = $1 AND amount > $2";

        (await world.AskAsync(sql, Values(("1", "card"), ("2", 10L)))).Rows.Should().Equal("[17]");
        (await world.AskAsync(sql, Values(("1", "' OR 1=1 --"), ("2", 0L)))).Rows.Should().Equal("[0]");
        (
            await world.AskAsync(
                "SELECT $a || '!', $b + 1, $c, $d",
                Values(("a", "x"), ("b", 1.5m), ("c", null), ("d", true))
            )
        )
            .Rows.Should()
            .Equal("""["x!",2.5,null,true]""");
        (await world.AskAsync("SELECT $1", Values(("1", new string('x', 5000)))))
            .Refusal!.Code.Should()
            .Be("parameter_too_long");
        (await world.AskAsync(sql, Values(("1", "card")))).Refusal!.Code.Should().Be("parameter_missing");
        (await world.AskAsync("SELECT 1", Values(("1", "card")))).Refusal!.Code.Should().Be("parameter_unknown");
        (await world.AskAsync("SELECT count(*) FROM payments WHERE method LIKE ?", Values(("1", "%ar%"))))
            .Rows.Should()
            .Equal("[20]");
        (await world.AskAsync("SELECT count(*) FROM payments WHERE method LIKE ?", Values(("1", "%a%r%_%d%"))))
            .Refusal!.Code.Should()
            .Be("pattern_refused");
    }

    [Theory]
    [InlineData("SELECT region\nFROM payments\nWHERE nosuch = 1", "column_unknown", 3, 7)]
    [InlineData("SELECT 'ä', region FROM hidden", "table_not_granted", 1, 25)]
    [InlineData("SELECT region FROM", "syntax", 1, 19)]
    [InlineData("SELECT 1,\n  getenv('HOME')", "function_not_offered", 2, 3)]
    [InlineData("SELECT region, sum(amount) FROM payments", "column_not_grouped", 1, 8)]
    [InlineData("SELECT customer FROM payments, meters", "column_ambiguous", 1, 8)]
    [InlineData("SELECT CAST(method AS INTEGER) FROM payments", "value_refused", null, null)]
    public async Task RunAsync_FaultyStatement_SaysWhatAndWhere(string sql, string code, int? line, int? column)
    {
        await using var world = await QueryWorld.CreateAsync();

        var refusal = (await world.AskAsync(sql)).Refusal!;

        refusal.Code.Should().Be(code);
        (refusal.Line, refusal.Column).Should().Be((line, column));
        refusal.Next.Should().NotBeEmpty();
    }

    [Fact]
    public async Task RunAsync_Statement_IsWrittenDownWithoutItsLiterals()
    {
        await using var world = await QueryWorld.CreateAsync();

        var one = await world.AskAsync("SELECT count(*) FROM payments WHERE method = 'card'");
        var other = await world.AskAsync("SELECT count(*)   FROM payments WHERE method = 'debit'");
        var third = await world.AskAsync("SELECT count(*) FROM payments WHERE region = 'card'");

        one.Statement!.Views.Should().ContainSingle().Which.Name.Should().Be(QueryWorld.Payments);
        other.Statement!.Shape.Should().Be(one.Statement.Shape).And.HaveLength(64);
        third.Statement!.Shape.Should().NotBe(one.Statement.Shape);
    }

    [Theory]
    [InlineData("SELECT region, sum(amount) FROM payments GROUP BY 1", "amount, region")]
    [InlineData("SELECT count(*) FROM payments p WHERE p.METHOD = 'card'", "METHOD, p")]
    [InlineData("SELECT amount FROM payments JOIN meters USING (customer)", "amount, customer")]
    [InlineData("SELECT * FROM payments", null)]
    [InlineData("SELECT p.* FROM payments p", null)]
    [InlineData("SELECT * EXCLUDE (region) FROM payments", null)]
    [InlineData("SELECT amount FROM payments NATURAL JOIN meters", null)]
    [InlineData("SELECT one FROM payments AS p(one)", null)]
    [InlineData("SELECT count(payments) FROM payments", null)]
    public async Task RunAsync_Statement_NamesAllColumnsThatItMayRead(string sql, string? columns)
    {
        await using var world = await QueryWorld.CreateAsync();

        var read = (await world.AskAsync(sql)).Statement!.Columns;

        (read is { } names ? string.Join(", ", names.Order(StringComparer.OrdinalIgnoreCase)) : null)
            .Should()
            .Be(columns);
    }

    [Fact]
    public async Task RunAsync_TwoViewsOfADataset_AreToldApartByTheirNames()
    {
        await using var world = await QueryWorld.CreateAsync();
        world.Grant(new("payments", QueryWorld.Payments), new("payments", QueryWorld.Meters));

        (await world.AskAsync("SELECT 1 FROM payments")).Refusal!.Code.Should().Be("table_ambiguous");
        (await world.AskAsync("SELECT count(*) FROM published.g2_meters")).Rows.Should().Equal("[12]");
        (await world.AskAsync("SELECT count(*) FROM g1_payments")).Rows.Should().Equal("[40]");
    }

    [Fact]
    public async Task RunAsync_ViewThatWasRevoked_IsGone()
    {
        await using var world = await QueryWorld.CreateAsync();
        await world.Warehouse.Warehouse.RevokeViewAsync(QueryWorld.Payments, TemporaryWarehouse.Cancelled);

        (await world.AskAsync("SELECT count(*) FROM payments")).Refusal!.Code.Should().Be("table_not_granted");
    }

    [Fact]
    public async Task RunAsync_ViewIssuedToOthers_ShowsNothingEvenWhenNamed()
    {
        await using var world = await QueryWorld.CreateAsync();
        world.Grant(new GrantedView("payments", "g9_other"));

        var reply = await world.AskAsync("SELECT * FROM payments");

        reply.Rows.Should().BeEmpty("the view itself asks who reads");
    }

    [Fact]
    public async Task RunAsync_Limits_StopWhatIsTooMuch()
    {
        await using var world = await QueryWorld.CreateAsync();

        (await world.AskAsync("SELECT * FROM payments", limits: new QueryLimits { Rows = 39 }))
            .Refusal!.Code.Should()
            .Be("too_many_rows");
        (await world.AskAsync("SELECT * FROM payments", limits: new QueryLimits { Rows = 40 }))
            .Rows.Should()
            .HaveCount(40);
        var many = await world.AskAsync(
            "SELECT a.range FROM range(100000) a",
            limits: new QueryLimits { Rows = 10_000 }
        );
        many.Refusal!.Code.Should().Be("too_many_rows");
        many.Rows.Count.Should().BeInRange(1, 10_000, "what was read before is not taken back");
        (await world.AskAsync("SELECT * FROM range(100000)", limits: new QueryLimits { Bytes = 10_000 }))
            .Refusal!.Code.Should()
            .Be("too_many_bytes");
        world.Grant(
            new GrantedView("payments", QueryWorld.Payments, Until: TimeProvider.System.GetUtcNow().AddSeconds(1))
        );
        (
            await world.AskAsync(
                "SELECT count(*) FROM payments, range(100000) a, range(100000) b WHERE a.range * b.range < 0"
            )
        )
            .Refusal!.Code.Should()
            .Be("grant_ended");
    }

    [Fact]
    public async Task RunAsync_QueriesAtOnce_AreCountedForEachPersonAndGivenBack()
    {
        await using var world = await QueryWorld.CreateAsync();
        var limits = new QueryLimits { Time = TimeSpan.FromSeconds(2), AtOncePerPerson = 1 };
        const string Long = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range < 0";

        var running = world.AskAsync(Long, limits: limits);
        (await world.AskAsync("SELECT 1", limits: limits)).Refusal!.Kind.Should().Be(QueryRefusalKind.Busy);
        (await running).Refusal!.Code.Should().Be("time_limit");

        await Support.Wait.UntilAsync(
            async () => (await world.AskAsync("SELECT 1", limits: limits)).Refusal is null,
            "the place is given back"
        );
    }

    private static Dictionary<string, object?> Values(params (string Name, object? Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);

    private static async Task<List<string>> DirectAsync(QueryWorld world, string sql) =>
        await world.Warehouse.Database.RunAsync(
            session =>
            {
                using var command = session.Connection.CreateCommand();
                command.CommandText = sql;
                using var stream = command.ExecuteArrowStream();
                var lines = new List<string>();
                while (stream.ReadNextRecordBatchAsync().AsTask().GetAwaiter().GetResult() is { } batch)
                {
                    using var held = batch;
                    lines.AddRange(QueryWorld.Lines(batch));
                }

                return lines;
            },
            TemporaryWarehouse.Cancelled
        );
}
