using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Warehouse.BigQuery.Census;

/// <summary>
/// What ZetaSQL's strict mode takes, and what it does not: a column says whose it is, everywhere but in a row access policy, whose filter has
/// no way to say it.
/// </summary>
public sealed class StrictNamesTests
{
    private const string Unqualified = "cannot be used without a qualifier in strict name resolution mode";

    [Theory]
    [InlineData("UPDATE `t` AS t SET t.x = IF(FALSE, t.x, NULL) WHERE t.y = 2")]
    [InlineData("DELETE FROM `t` AS t WHERE t.y = 2")]
    [InlineData("SELECT TO_JSON_STRING(STRUCT(t.x, IF(FALSE, t.y, NULL) AS y)) AS hashed FROM `t` AS t")]
    public async Task Analyze_EachColumnSaysWhoseItIs_IsTaken(string sql) =>
        (await AnalyzeAsync(sql, strict: true)).Scans.Should().ContainSingle();

    [Theory]
    [InlineData("UPDATE `t` AS t SET x = 1 WHERE t.y = 2", Unqualified)]
    [InlineData("UPDATE `t` AS t SET t.x = 1 WHERE y = 2", Unqualified)]
    [InlineData("DELETE FROM `t` AS t WHERE y = 2", Unqualified)]
    [InlineData("SELECT t.x FROM `t` AS t WHERE y = 2", Unqualified)]
    [InlineData("SELECT t.* REPLACE (1 AS x) FROM `t` AS t", "Dot-star is not allowed in strict name resolution mode")]
    [InlineData("CREATE ROW ACCESS POLICY p ON `t` GRANT TO ('user:a@b.c') FILTER USING (y = 2)", Unqualified)]
    public async Task Analyze_AColumnThatDoesNot_IsTakenUnlessNamesAreStrict(string sql, string why)
    {
        await AnalyzeAsync(sql, strict: false);

        var analyze = () => AnalyzeAsync(sql, strict: true);

        (await analyze.Should().ThrowAsync<SqlException>()).WithMessage($"*{why}*");
    }

    [Theory]
    [InlineData("t.y = 2")]
    [InlineData("`p.d.t`.y = 2")]
    [InlineData("p.d.t.y = 2")]
    public async Task Analyze_FilterThatNamesItsTable_IsRefusedInEitherMode(string filter)
    {
        var sql = $"CREATE ROW ACCESS POLICY p ON `t` GRANT TO ('user:a@b.c') FILTER USING ({filter})";
        foreach (var strict in new[] { false, true })
        {
            var analyze = () => AnalyzeAsync(sql, strict);

            (await analyze.Should().ThrowAsync<SqlException>()).WithMessage("*Unrecognized name*");
        }
    }

    private static async Task<SqlAnalysis> AnalyzeAsync(string sql, bool strict)
    {
        var engine = await ZetaSql.InstanceAsync();
        return await engine.AnalyzeAsync(
            new SqlRequest(
                sql,
                [(["t"], "p.d.t")],
                [new SqlTable("p.d.t", [("x", SqlType.Int64), ("y", SqlType.Int64)])],
                [],
                new Dictionary<string, string>(StringComparer.Ordinal),
                strict
            )
        );
    }
}
