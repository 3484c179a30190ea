using Governance.Policies.Views;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Tests.Warehouse.DuckDb.Querying;

/// <summary>A view with a smallest group answers for groups of so many people, and refuses every other shape.</summary>
public sealed class SmallGroupTests
{
    private static readonly GrantedView s_payments = new(
        "payments",
        QueryWorld.Payments,
        new SmallestGroup(5, "customer")
    );

    [Theory]
    // 40 rows of eight customers; by day, few people share one.
    [InlineData("SELECT count(*) FROM payments", "[40]")]
    [InlineData("SELECT count(DISTINCT customer) FROM payments", "[8]")]
    [InlineData("SELECT region, sum(amount) AS s FROM payments GROUP BY region", "[\"north\",1220.00]")]
    [InlineData(
        "SELECT region, round(avg(amount), 1) FROM payments p GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 3",
        "[\"north\",30.5]"
    )]
    [InlineData(
        "SELECT year(day) AS y, count(*) AS n FROM payments WHERE day >= '2026-01-01' AND amount > 0 GROUP BY y ORDER BY n",
        "[2026,40]"
    )]
    public async Task RunAsync_Groups_AreAnswered(string sql, string row)
    {
        await using var world = (await QueryWorld.CreateAsync()).Grant(s_payments);

        var reply = await world.AskAsync(sql);

        reply.Refusal.Should().BeNull();
        reply.Rows.Should().Equal(row);
    }

    [Theory]
    [InlineData("SELECT method, count(*) FROM payments GROUP BY method")]
    [InlineData("SELECT day, count(*) FROM payments GROUP BY day")]
    [InlineData("SELECT count(*), sum(amount) FROM payments WHERE amount = 1.5")]
    [InlineData("SELECT amount FROM payments GROUP BY amount")]
    public async Task RunAsync_GroupsThatAreTooSmall_AreLeftOut(string sql)
    {
        await using var world = (await QueryWorld.CreateAsync()).Grant(s_payments);

        var reply = await world.AskAsync(sql);

        // Of methods, each is that of four customers; of days and amounts, of fewer.
        reply.Refusal.Should().BeNull();
        reply.Rows.Should().BeEmpty();
    }

    [Theory]
    [InlineData("SELECT * FROM payments")]
    [InlineData("SELECT amount FROM payments")]
    [InlineData("SELECT customer, count(*) FROM payments GROUP BY customer")]
    [InlineData("SELECT count(*) FROM payments WHERE customer = '00000000-0000-0000-0000-000000000001'")]
    [InlineData("SELECT min(amount) FROM payments")]
    [InlineData("SELECT max(day) FROM payments")]
    [InlineData("SELECT any_value(method) FROM payments")]
    [InlineData("SELECT median(amount) FROM payments")]
    [InlineData("SELECT sum(amount) FILTER (WHERE amount = 1.5) FROM payments")]
    [InlineData("SELECT sum(CASE WHEN amount = 1.5 THEN amount END) FROM payments")]
    [InlineData("SELECT sum(DISTINCT amount) FROM payments")]
    [InlineData("SELECT sum(amount * amount) FROM payments")]
    [InlineData("SELECT count(*) FROM payments WHERE CAST(method AS INTEGER) = 1")]
    [InlineData("SELECT count(*) FROM payments WHERE method = 1")]
    [InlineData("SELECT count(*) FROM payments WHERE amount + 9 > 1")]
    [InlineData("SELECT count(*) FROM payments WHERE amount > (SELECT 1)")]
    [InlineData("SELECT count(*) FROM payments, meters")]
    [InlineData("SELECT count(*) FROM payments a, payments b")]
    [InlineData("SELECT count(*) FROM (SELECT * FROM payments) p")]
    [InlineData("SELECT min(amount) FROM (SELECT * FROM payments) p HAVING count(DISTINCT customer) >= 5")]
    [InlineData("SELECT min(amount) FROM payments HAVING count(DISTINCT customer) >= 5")]
    [InlineData("WITH p AS (SELECT * FROM payments) SELECT count(*) FROM p")]
    [InlineData("WITH payments AS (SELECT * FROM payments) SELECT count(*) FROM payments")]
    [InlineData("SELECT count(*) FROM payments UNION ALL SELECT count(*) FROM payments")]
    [InlineData("SELECT (SELECT count(*) FROM payments)")]
    [InlineData("SELECT count(*) FROM meters WHERE customer IN (SELECT customer FROM payments)")]
    [InlineData("SELECT method, count(*) FROM payments GROUP BY ROLLUP (method)")]
    [InlineData("SELECT method, count(*) FROM payments GROUP BY ALL")]
    [InlineData("SELECT count(*) OVER () FROM payments")]
    [InlineData("SELECT count(*) FROM payments QUALIFY row_number() OVER () = 1")]
    [InlineData("SELECT DISTINCT region FROM payments GROUP BY region")]
    [InlineData("SELECT count(*) AS customer FROM payments")]
    [InlineData("SELECT region AS customer, count(*) FROM payments GROUP BY region")]
    [InlineData("SELECT count(*) FROM payments AS p(a, b, c, d, customer)")]
    [InlineData("SELECT count(*) FROM payments HAVING (SELECT min(amount) FROM payments) > 1")]
    [InlineData("SELECT count(*) FROM payments ORDER BY min(amount)")]
    public async Task RunAsync_ShapeThatIsNotProven_IsRefused(string sql)
    {
        await using var world = (await QueryWorld.CreateAsync()).Grant(s_payments, new("meters", QueryWorld.Meters));

        var reply = await world.AskAsync(sql);

        reply.Rows.Should().BeEmpty();
        reply.Refusal!.Code.Should().Be("group_only");
    }
}
