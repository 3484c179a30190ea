using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>
/// One story through the port (land, describe, erase, view, row rule, revoke) against a real project, which <c>GOVERNANCE_BIGQUERY_PROJECT</c> names,
/// as whom application default credentials say, in two datasets that it makes and removes; <c>GOVERNANCE_BIGQUERY_LOCATION</c> says where (default
/// <c>EU</c>). It costs cents. The same story runs on the stand-in always, so that it works on the day when somebody needs it.
/// </summary>
public sealed class LiveBigQueryTests
{
    private static readonly MaskedSchema s_schema = Schema(
        Field("customer_id", ScalarType.Uuid),
        Field("region", ScalarType.Text)
    );
    private static readonly Column s_customer = Column("customer_id", "customer");
    private static readonly Dataset s_people = Dataset("people", s_customer, Column("region"));

    [Fact]
    public async Task Port_OnARealProject_LandsErasesIssuesAndRevokes()
    {
        var project = Environment.GetEnvironmentVariable("GOVERNANCE_BIGQUERY_PROJECT");
        Assert.SkipWhen(
            string.IsNullOrWhiteSpace(project),
            "GOVERNANCE_BIGQUERY_PROJECT is not set: this test makes and removes datasets in a project of yours."
        );
        await TellAsync(options =>
        {
            options.Project = project!;
            options.Location = Environment.GetEnvironmentVariable("GOVERNANCE_BIGQUERY_LOCATION") ?? options.Location;
        });
    }

    [Fact]
    public async Task Port_OnTheStandIn_TellsTheSameStory()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        await TellAsync(options => StandInWarehouse.Configure(options, standIn));
    }

    private static async Task TellAsync(Action<BigQueryOptions> configure)
    {
        var run = $"governance_live_{Guid.NewGuid():N}";
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBigQueryWarehouse(options =>
        {
            configure(options);
            options.Dataset = run;
            options.PublishedDataset = $"{run}_published";
        });
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<BigQueryClient>();
        DatasetReference[] datasets =
        [
            new(client.Options.Project, client.Options.Dataset),
            new(client.Options.Project, client.Options.PublishedDataset),
        ];
        try
        {
            foreach (var dataset in datasets)
            {
                await client.InsertDatasetAsync(
                    new DatasetResource { Reference = dataset, Location = client.Options.Location },
                    Cancelled
                );
            }

            await TellAsync(provider);
        }
        finally
        {
            foreach (var dataset in datasets)
            {
                await RemoveAsync(provider, dataset);
            }
        }
    }

    private static async Task TellAsync(ServiceProvider provider)
    {
        var warehouse = provider.GetRequiredService<IWarehouse>();
        var (erased, other) = (Guid.NewGuid(), Guid.NewGuid());
        await warehouse.AppendAsync(
            Batch(
                s_people,
                s_schema,
                next: 3,
                [Person(0, erased, "north"), Person(1, erased, null), Person(2, other, "north")]
            ),
            Cancelled
        );
        (await warehouse.ReadPositionsAsync(Source, Cancelled)).Should().ContainSingle().Which.Value.Should().Be(3);

        var me = (
            await provider
                .GetRequiredService<JobRunner>()
                .EstimateAsync(new BigQueryStatement("SELECT 1 AS one"), new JobPurpose("live_test"), Cancelled)
        )
            .Value
            .Account!;
        var north = new Comparison("region", ComparisonOperator.Equal, new TextConstant("north"));
        var view = new Policies.Views.ViewDefinition("north", s_people, ["region"], north, [me]);
        (await warehouse.IssueViewAsync(view, Cancelled)).Value.IsAuthorized.Should().BeTrue();
        var rule = new RowRule("northern", s_people, north, [me]);
        (await warehouse.PutRowRuleAsync(rule, Cancelled)).Refusal.Should().BeNull();
        (await warehouse.ReadRowRulesAsync(s_people, Cancelled)).Should().ContainSingle();

        await warehouse.AddKeysAsync("live", [new LinkedIdentifier("customer", erased)], Cancelled);
        (await warehouse.CountAsync("live", s_people, [s_customer], Cancelled)).Should().Be(new MatchCount(3, 2));
        var job = new ErasureJob($"live-{Guid.NewGuid():N}", "live", s_people, [s_customer], ErasureAction.Delete);
        var outcome = (await warehouse.EraseAsync(job, Cancelled)).Value;
        (outcome.RowsBefore, outcome.Matched, outcome.Affected, outcome.RowsAfter).Should().Be((3, 2, 2, 1));
        outcome.ControlAfter.Should().Be(outcome.ControlBefore);
        (await warehouse.EraseAsync(job, Cancelled)).Value.Should().Be(outcome, "a job runs once");
        (await warehouse.CountAsync("live", s_people, [s_customer], Cancelled)).Should().Be(new MatchCount(1, 0));

        await warehouse.RemoveRowRuleAsync(s_people, rule.Name, Cancelled);
        (await warehouse.ReadRowRulesAsync(s_people, Cancelled)).Should().BeEmpty();
        await warehouse.RevokeViewAsync(view.Name, Cancelled);
        (await warehouse.ReadViewsAsync(Cancelled)).Should().BeEmpty();
    }

    private static async Task RemoveAsync(ServiceProvider provider, DatasetReference dataset)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Delete,
            new Uri(
                provider.GetRequiredService<BigQueryClient>().Options.Endpoint
                    ?? new Uri("https://bigquery.googleapis.com/"),
                $"bigquery/v2/projects/{dataset.ProjectId}/datasets/{dataset.DatasetId}?deleteContents=true"
            )
        );
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await provider.GetRequiredService<IGoogleAccess>().TokenAsync(Cancelled)
        );
        using var answer = await http.SendAsync(request, Cancelled);
        answer.StatusCode.Should().BeOneOf(HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.NotFound);
    }

    private static Masking.Kafka.MaskedRow Person(int at, Guid customer, string? region) =>
        Row(at, new JsonObject { ["customer_id"] = $"{customer}", ["region"] = region });
}
