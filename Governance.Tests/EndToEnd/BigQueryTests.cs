using System.Globalization;
using System.Text.Json;
using Governance.Tests.BigQuery;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Warehouse.BigQuery;

namespace Governance.Tests.EndToEnd;

/// <summary>The whole service on the stand-in for BigQuery, chosen by its settings alone, with its state in a file and in PostgreSQL.</summary>
public sealed class BigQueryTests
{
    // Whole tables go through the stand-in's engine with each query: a small supplier will do.
    private const int Customers = 20;
    private const string Analyst = "user:analyst@sandbox.example";
    private const string Section = "--Governance:Warehouse:BigQuery";

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Service_OnBigQuery_LandsErasesAndDropsWhatIsReplayed(StateKind state)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var asker = new StandInClient(standIn);
        await asker.CreateDatasetsAsync(StandInWarehouse.Dataset, StandInWarehouse.Published);

        await using var database = state is StateKind.Postgres ? await PostgresDatabase.CreateAsync() : null;
        string[] settings = [.. Settings(standIn), .. database is null ? Array.Empty<string>() : [database.Setting]];
        await using var host = await SandboxHost.StartAsync(settings);
        using var client = new ServiceClient(host.Address);
        await PublishAsync(client);
        using var story = await Story.WriteAsync(host, Customers);
        var consumed = 0L;
        await Wait.UntilAsync(
            async () => (consumed = await client.StreamTotalAsync("consumed")) >= story.Records,
            () => string.Create(CultureInfo.InvariantCulture, $"{story.Records} events consumed, {consumed} were"),
            seconds: 120
        );

        var grant = await AccessStory.AskAsync(client);
        var view = grant.GetProperty("view").GetString()!;
        var rows = await asker.ReadJsonAsync(Select(view), Analyst);
        rows.Should().NotBeEmpty();
        rows!
            .Select(row => row["country"]!.GetValue<string>())
            .Should()
            .OnlyContain(country => country == "ENGLAND" || country == "WALES");
        (await asker.ReadJsonAsync(Select(view), "user:owner@sandbox.example"))
            .Should()
            .BeNull("it is the analyst's alone");

        // With the grant's row rule in force, the service itself still finds and erases every row.
        var id = await client.SubmitErasureAsync("email", story.Person.Email);
        await client.ApproveAsync(id);
        var request = await client.EndedAsync(id, seconds: 120);

        request.GetProperty("state").GetString().Should().Be("completed_with_retention", request.GetRawText());
        request.GetRawText().Should().Contain("erased_verified").And.NotContain("failed");
        DoneOnce(standIn, id, request);
        (await client.TextAsync("dpo", $"subject-requests/{id}/receipt")).Split('.').Should().HaveCount(3);
        (await client.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();
        var before = await client.StreamTotalAsync("suppressed");
        var sent = story.Replay();
        await Wait.UntilAsync(
            async () => await client.StreamTotalAsync("suppressed") == before + sent,
            "replayed events of the person are dropped"
        );
        await AccessStory.GiveBackAsync(client, grant);
        (await asker.ReadJsonAsync(Select(view), Analyst)).Should().BeNull("it is gone");
        await NothingIsPlainAsync(standIn, host, story);
    }

    private static string Select(string view) => $"SELECT TO_JSON_STRING(t) FROM `test-project.{view}` AS t";

    private static IEnumerable<string> Settings(BigQueryStandIn standIn) =>
        [
            $"{Section}:Project={standIn.Options.Project}",
            $"{Section}:Dataset={StandInWarehouse.Dataset}",
            $"{Section}:PublishedDataset={StandInWarehouse.Published}",
            $"{Section}:Location={standIn.Options.Location}",
            $"{Section}:Endpoint={standIn.Address}",
            $"{Section}:StorageWriteEndpoint={standIn.GrpcAddress}",
            $"{Section}:AccessToken={standIn.Members.TokenFor(standIn.Options.Owner)}",
            $"{Section}:PollInterval=00:00:00.050",
        ];

    private static async Task PublishAsync(ServiceClient client)
    {
        var file = Path.Combine(Repository.Root, "ops", "demo", "contracts", "customers.odcs.yaml");
        var next = (await File.ReadAllTextAsync(file)).Replace(
            "version: 1.0.0",
            "version: 1.1.0",
            StringComparison.Ordinal
        );
        using var answer = await client.PutYamlAsync("owner", "contracts/customers", next);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static void DoneOnce(BigQueryStandIn standIn, string id, JsonElement request)
    {
        var erased = request
            .GetProperty("items")
            .EnumerateArray()
            .Where(item => item.GetProperty("verdict").GetString() is "erased_verified")
            .ToDictionary(
                item => item.GetProperty("dataset").GetString()!,
                item => item.GetProperty("counts").GetProperty("erased").GetInt64()
            );
        erased.Should().HaveCountGreaterThan(3);
        var prefix = Guid.Parse(id).ToString("N");
        standIn
            .Jobs.ToArray()
            .Where(job => job.Id.StartsWith(prefix, StringComparison.Ordinal) && job.Counts is not null)
            .Select(job => KeyValuePair.Create(job.Statement!.Target!.Id, job.Counts!.All))
            .Should()
            .BeEquivalentTo(erased, "one statement a table");
    }

    private static async Task NothingIsPlainAsync(BigQueryStandIn standIn, SandboxHost host, Story story)
    {
        var token = standIn.Members.TokenFor(standIn.Options.Owner);
        host.Output.Should().Contain("(BigQuery, US)").And.NotContain(token);
        host.Logs.Should().NotContain(line => line.Contains(token));
        Directory.GetFiles(host.DataDirectory, "*.duckdb*").Should().BeEmpty();
        using var ready = await host.Client.GetAsync("health/ready");
        ready.IsSuccessStatusCode.Should().BeTrue(await ready.Content.ReadAsStringAsync());
        var cells = standIn
            .World.Datasets.Values.SelectMany(dataset => dataset.Tables.Values)
            .SelectMany(table => table.Rows)
            .SelectMany(row => row.Cells)
            .OfType<string>()
            .ToArray();
        cells.Should().NotBeEmpty();
        foreach (var value in (string[])[story.Person.Email, story.Person.CustomerId])
        {
            cells.Should().NotContain(cell => cell.Contains(value, StringComparison.OrdinalIgnoreCase));
        }
    }
}
