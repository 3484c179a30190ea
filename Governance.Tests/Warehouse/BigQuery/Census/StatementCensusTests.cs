using Governance.Masking.Avro;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Issuing;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Landing;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.Statements;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Tests.Warehouse.BigQuery.Census;

/// <summary>
/// Every statement that the adapter can emit was analysed by ZetaSQL in its strict mode: each place of the source at which SQL is written is
/// found in the compiled code, and has to have been part of a statement that the samples ran.
/// </summary>
public sealed class StatementCensusTests
{
    [Fact]
    public async Task SqlOfTheAdapter_EachPlace_IsPartOfAStatementThatWasAnalysedStrictly()
    {
        var samples = await StatementSamples.RunAsync();

        samples
            .Where(sample => !sample.Strict)
            .Should()
            .OnlyContain(
                sample => sample.Sql.Contains(" ROW ACCESS POLICY ", StringComparison.Ordinal),
                "each job and view of the service says so by its label, and is analysed strictly"
            );
        var sites = SqlSites.All();
        sites
            .Select(site => site.Where.Split(',')[0])
            .Should()
            .Contain([
                nameof(EraseStatements),
                nameof(KeyStatements),
                nameof(PositionTable),
                nameof(ReplayTable),
                nameof(BigQueryViews),
                nameof(ConditionText),
                nameof(BigQueryDialect),
                nameof(RowAccessPolicies),
            ]);
        sites
            .Where(site => !samples.Any(sample => sample.Strict && site.Pattern.IsMatch(sample.Sql)))
            .Select(site => $"{site.Where}: {site.Text}")
            .Should()
            .BeEmpty(
                "no sample has shown these to ZetaSQL in strict mode: let {0} do what makes the adapter run them",
                nameof(StatementSamples)
            );
    }

    [Fact]
    public void StatementText_IsMadeByTheBuilderAlone()
    {
        const string Because =
            "SQL for BigQuery comes out of SqlText, by which the census finds it; write the statement with it, and hand it to {0}";
        Only(SqlSites.Callers(typeof(BigQueryStatement), ".ctor", 2), nameof(BigQueryStatements));
        // Which account asks: a constant, which the census finds, too.
        Only(SqlSites.Callers(typeof(BigQueryStatement), ".ctor", 1), nameof(RowAccessPolicies));
        // A comment with the job's id.
        Only(SqlSites.Callers(typeof(BigQueryStatement), "set_Text"), nameof(SinkStatements));
        Only(
            SqlSites.Callers(typeof(SqlDialect), nameof(SqlDialect.Write)),
            nameof(BigQueryRowRules),
            nameof(BigQueryStatements),
            nameof(BigQueryViews)
        );
        Only(SqlSites.Callers(typeof(SqlText), nameof(SqlText.FromDialect)), nameof(BigQueryDialect));
        // Where text goes out.
        Only(SqlSites.Callers(typeof(QueryConfiguration), "set_Query"), nameof(JobRunner));
        Only(SqlSites.Callers(typeof(ViewDefinition), "set_Query"), nameof(BigQueryViews));
        Only(SqlSites.Callers(typeof(RowAccessPolicyResource), "set_FilterPredicate"), nameof(RowAccessPolicies));
        Only(
            SqlSites.Callers(typeof(RowPolicy), ".ctor", 3),
            nameof(BigQueryRowRules),
            // The service's own, TRUE.
            nameof(RowAccessPolicies)
        );

        static void Only(IReadOnlyList<string> callers, params string[] known) =>
            callers
                .Except([nameof(BigQueryStatement), nameof(QueryConfiguration), nameof(ViewDefinition)])
                .Should()
                .Equal(known, Because, nameof(BigQueryStatements));
    }

    [Fact]
    public void RowRule_EachCondition_IsThatOfAViewWithoutItsAlias()
    {
        // A filter's columns cannot say whose they are (StrictNamesTests); so what is analysed strictly is the same condition in a view.
        var dialect = new BigQueryDialect("p", "d");
        var shape = new StructType(StatementSamples.Columns.Columns);
        foreach (var condition in StatementSamples.Conditions)
        {
            var filter = dialect.Write(new ConditionText(dialect, "t", shape, null).Write(condition)).Text;
            var inView = dialect.Write(new ConditionText(dialect, "t", shape, RowMatch.Row).Write(condition)).Text;

            filter.Should().Be(inView.Replace("`_row`.", "", StringComparison.Ordinal));
            filter
                .Should()
                .NotContain("SELECT", "a name in a filter can mean a column of its one table, and nothing else");
        }
    }
}
