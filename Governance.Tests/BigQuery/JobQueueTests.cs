using System.Globalization;
using Governance.Tests.Support.BigQuery;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.BigQuery;

public sealed class JobQueueTests
{
    private const string Jobs = "bigquery/v2/projects/test-project/jobs";

    [Fact]
    public async Task Mutating_MoreThanTheLimits_WaitAndThenFail()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var slow = await BigQueryStandIn.StartAsync(
            new StandInOptions
            {
                Clock = clock,
                JobRunning = TimeSpan.FromMinutes(1),
                QueueLimit = 2,
            }
        );
        using var other = new StandInClient(slow);
        await CreateAsync(other, clock);

        for (var index = 0; index < 5; index++)
        {
            await other.MustAsync(
                HttpMethod.Post,
                Jobs,
                StandInClient.Job(
                    string.Create(CultureInfo.InvariantCulture, $"UPDATE energy.t SET n = n + 1 WHERE id = 1"),
                    string.Create(CultureInfo.InvariantCulture, $"job-{index}")
                )
            );
        }

        (await StatesAsync(other)).Should().Equal("RUNNING", "RUNNING", "PENDING", "PENDING", "DONE");
        var last = await other.MustAsync(HttpMethod.Get, $"{Jobs}/job-4");
        last["status"]!["errorResult"]!["reason"]!.GetValue<string>().Should().Be("resourcesExceeded");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await StatesAsync(other)).Should().Equal("DONE", "DONE", "RUNNING", "RUNNING", "DONE");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await StatesAsync(other)).Should().Equal("DONE", "DONE", "DONE", "DONE", "DONE");
        slow.World.Table("test-project", "energy", "t")
            .Rows.Single()
            .Cells[1]
            .Should()
            .Be("4", "each of the four ran, once");
    }

    private static async Task CreateAsync(StandInClient client, FakeTimeProvider clock)
    {
        await client.MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/datasets",
            """{"datasetReference":{"datasetId":"energy"}}"""
        );
        await client.MustAsync(
            HttpMethod.Post,
            Jobs,
            StandInClient.Job("CREATE TABLE energy.t AS SELECT 1 AS id, 0 AS n", "create")
        );
        (await client.MustAsync(HttpMethod.Get, $"{Jobs}/create"))["status"]!["state"]!
            .GetValue<string>()
            .Should()
            .Be("RUNNING");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await client.MustAsync(HttpMethod.Get, $"{Jobs}/create"))["status"]!["state"]!
            .GetValue<string>()
            .Should()
            .Be("DONE");
    }

    private static async Task<IReadOnlyList<string>> StatesAsync(StandInClient client)
    {
        var states = new List<string>();
        for (var index = 0; index < 5; index++)
        {
            var job = await client.MustAsync(
                HttpMethod.Get,
                string.Create(CultureInfo.InvariantCulture, $"{Jobs}/job-{index}")
            );
            states.Add(job["status"]!["state"]!.GetValue<string>());
        }

        return states;
    }
}
