using System.Net;
using System.Text.Json;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.Suppression;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>The service with state and vault in PostgreSQL: alone, several at once, killed, and while the server is away.</summary>
public sealed class PostgresTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Service_OnPostgres_ErasesAndKeepsNoStateOfItsOwnAndTellsNobodyThePassword()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var host = await SandboxHost.StartAsync([database.Setting]);
        using var client = new ServiceClient(host.Address);
        using var story = await Story.WriteAsync(host);
        await LandedAsync(client, story.Records);

        var grant = await AccessStory.AskAsync(client);
        var sql = $"SELECT DISTINCT country FROM {grant.GetProperty("view").GetString()} ORDER BY 1";
        (await AccessStory.QueryAsync(client, sql)).GetProperty("rowCount").GetInt64().Should().BeInRange(1, 2);

        var request = await client.EraseAsync("email", story.Person.Email);

        request.GetProperty("state").GetString().Should().Be("completed_with_retention", request.GetRawText());
        request.GetRawText().Should().Contain("erased_verified");
        await AccessStory.GiveBackAsync(client, grant);
        (await client.TextAsync("dpo", $"subject-requests/{request.Id()}/receipt")).Split('.').Should().HaveCount(3);
        (await client.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();
        var before = await client.StreamTotalAsync("suppressed");
        var sent = story.Replay();
        await Wait.UntilAsync(
            async () => await client.StreamTotalAsync("suppressed") == before + sent,
            "replayed events of the person are dropped"
        );

        var parts = await PartsAsync(host);
        foreach (var part in (string[])["state", "vault"])
        {
            parts[part].Should().StartWith("up PostgreSQL at 127.0.0.1:").And.NotContain(PostgresInstance.Password);
        }

        Directory.GetFiles(host.DataDirectory, "*.db*").Should().BeEmpty();
        host.Output.Should().Contain("(PostgreSQL)").And.NotContain(PostgresInstance.Password);
        host.Logs.Should().NotContain(line => line.Contains(PostgresInstance.Password));

        // The server logs every statement with its parameters; none of them is a plain value.
        var log = await database.Server.ReadLogAsync();
        log.Should().Contain("INSERT INTO governance_vault.identifier");
        foreach (var value in (string[])[story.Person.Email, story.Person.CustomerId])
        {
            log.Contains(value, StringComparison.OrdinalIgnoreCase)
                .Should()
                .BeFalse("the server's log holds {0}", value);
        }

        await VerifyLedgerAsync(database);
        await ListKeysAsync(database, host.DataDirectory);
    }

    [Fact]
    public async Task Services_SeveralOnOneDatabase_ShareWorkContractsSuppressionsAndTheLedger()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var here = await SandboxHost.StartAsync([database.Setting]);
        var broker = here.Services.GetRequiredService<IKafkaEndpoint>();
        await using var there = await SandboxHost.StartAsync([
            database.Setting,
            $"--Governance:KeysDirectory={Path.Combine(here.DataDirectory, "keys")}",
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            $"--Governance:Kafka:SourceId={broker.SourceId}",
            $"--Governance:SchemaRegistry:Url={here.Address}registry",
            "--Governance:Interceptor:GroupId=there",
        ]);
        using var one = new ServiceClient(here.Address);
        using var two = new ServiceClient(there.Address);
        using var story = await Story.WriteAsync(here);
        await LandedAsync(one, story.Records);
        await LandedAsync(two, story.Records);
        (await two.RowsAsync()).Should().Equal(await one.RowsAsync());

        // Each hands in requests; whoever carries one carries it alone.
        var ids = new List<string>();
        foreach (
            var (client, number) in new[] { one, two, one, two, one, two }.Select((client, number) => (client, number))
        )
        {
            var email = number == 0 ? story.Person.Email : $"nobody-{number}@example.org";
            var id = await client.SubmitErasureAsync("email", email);
            await client.ApproveAsync(id);
            ids.Add(id);
        }

        foreach (var id in ids)
        {
            await one.EndedAsync(id);
        }

        var entries = (await two.GetAsync("auditor", "ledger?limit=1000"))
            .GetProperty("entries")
            .EnumerateArray()
            .ToArray();
        foreach (var id in ids)
        {
            var acts = entries
                .Where(entry => entry.GetProperty("target").GetString()!.Contains(id, StringComparison.Ordinal))
                .Select(entry => entry.GetProperty("action").GetString()!)
                .ToArray();
            acts.Should().OnlyHaveUniqueItems().And.Contain("subject-request.completed");
        }

        (await one.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();

        // Whichever erased the person: neither lets an old event of theirs in.
        var clients = new[] { one, two };
        var before = await Task.WhenAll(clients.Select(client => client.StreamTotalAsync("suppressed")));
        var sent = story.Replay();
        foreach (var (client, number) in clients.Zip(before))
        {
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("suppressed") == number + sent,
                "both services drop replayed events of the person"
            );
        }

        here.Services.GetRequiredService<ISuppressions>()
            .Count.Should()
            .Be(there.Services.GetRequiredService<ISuppressions>().Count);

        var published = await PublishAsync(one);
        await Wait.UntilAsync(
            () =>
                Task.FromResult(
                    there
                        .Services.GetRequiredService<IContractCatalogSource>()
                        .Current.Contracts.Any(contract => contract.Id == published)
                ),
            "a contract that one service published is in force in the other",
            seconds: 10
        );
    }

    [Fact]
    public async Task Start_OtherKeysThanTheVaultWasFilledWith_IsRefused()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var first = await SandboxHost.StartAsync([database.Setting]);
        using var folder = new TemporaryFolder();
        await using var second = Start(folder, database.ConnectionString);

        (await second.ExitCodeAsync()).Should().Be(1);

        second.Output.Should().Contain("belongs to other keys").And.NotContain(PostgresInstance.Password);
    }

    [Theory]
    [InlineData("Port", "1", "does not answer")]
    [InlineData("Password", "canary7f3a", "refuses the user name or the password")]
    [InlineData("Database", "missing", "has no such database")]
    public async Task Start_ServerThatCannotBeUsed_SaysWhyInOneLine(string setting, string value, string words)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var folder = new TemporaryFolder();
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { [setting] = value };
        await using var process = Start(
            folder,
            settings.ConnectionString,
            "--Governance:Postgres:StartTimeout=00:00:01"
        );

        (await process.ExitCodeAsync()).Should().Be(1);

        process.Output.Should().Contain(words).And.Contain("Governance:Postgres:ConnectionString");
        process
            .Output.Should()
            .NotContain(PostgresInstance.Password)
            .And.NotContain("canary7f3a")
            .And.NotContain("   at ");
    }

    [Fact]
    public async Task Start_ServerThatStartsLater_WaitsForIt()
    {
        await using var server = await PostgresInstance.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await server.StopAsync();
        var starting = Task.Run(() => SandboxHost.StartAsync([database.Setting]));
        await Task.Delay(TimeSpan.FromSeconds(1));
        starting.IsCompleted.Should().BeFalse();

        await server.ResumeAsync();

        await using var host = await starting.WaitAsync(TimeSpan.FromSeconds(60));
        (await PartsAsync(host))["state"].Should().StartWith("up ");
    }

    [Fact]
    public async Task Service_ServerStartedAnew_SaysSoMeanwhileAndRecoversByItself()
    {
        await using var server = await PostgresInstance.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await SandboxHost.StartAsync([database.Setting, "--Governance:HealthTimeout=00:00:10"]);
        using var client = new ServiceClient(host.Address);
        using var story = await Story.WriteAsync(host);
        var id = await client.SubmitErasureAsync("email", story.Person.Email);

        await server.StopAsync();
        var parts = await PartsAsync(host);
        parts["state"].Should().MatchRegex("^down PostgreSQL at 127.0.0.1:[0-9]+/test_[0-9a-f]+ does not answer");
        parts["vault"].Should().Be(parts["state"]);
        using (var refused = await client.SendAsync("dpo", HttpMethod.Get, $"subject-requests/{id}"))
        {
            await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "state_away", story.Person.Email);
        }

        await server.ResumeAsync();

        (await PartsAsync(host))["state"].Should().StartWith("up ");
        await LandedAsync(client, story.Records);
        await client.ApproveAsync(id);
        (await client.EndedAsync(id)).GetRawText().Should().Contain("erased_verified");
        (await client.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public async Task Service_ConnectionsCutAgainAndAgain_AnswersEveryRequest()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var host = await SandboxHost.StartAsync([database.Setting]);
        using var client = new ServiceClient(host.Address);
        using var story = await Story.WriteAsync(host);
        await LandedAsync(client, story.Records);

        // What stands in a pool at the moment is dead, and nobody knows: as after a server's restart, or behind a firewall that forgets.
        await database.CutAsync();
        var id = await client.SubmitErasureAsync("email", story.Person.Email);
        await database.CutAsync();
        await client.PostAsync("dpo", $"subject-requests/{id}/verify", new { reason = "called back" });
        await database.CutAsync();
        await client.GetAsync("dpo", $"subject-requests/{id}");
        await database.CutAsync();
        (await client.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public async Task Service_KilledWithinAnErasure_GoesOnWithIt()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var neighbour = await SandboxHost.StartAsync();
        using var folder = new TemporaryFolder();
        using var story = await Story.WriteAsync(neighbour);
        var service = new MortalService(neighbour, folder.Path, output, database.Setting);
        await service.RunAsync(alive => LandedAsync(alive, story.Records));
        var id = "";
        await service.DieAtAsync(
            ErasureSteps.Suppressed,
            async alive =>
            {
                id = await alive.SubmitErasureAsync("email", story.Person.Email);
                await alive.ApproveAsync(id);
            }
        );
        foreach (
            var point in (string[])[ErasureSteps.StatementRan, ErasureSteps.OwnedDestroyed, ErasureSteps.Completed]
        )
        {
            await service.DieAtAsync(point);
        }

        await service.RunAsync(async alive =>
        {
            var request = await alive.EndedAsync(id);
            request.GetProperty("state").GetString().Should().Be("completed_with_retention");
            var acts = (await alive.GetAsync("auditor", "ledger?limit=1000"))
                .GetProperty("entries")
                .EnumerateArray()
                .Where(entry => entry.GetProperty("target").GetString()!.Contains(id, StringComparison.Ordinal))
                .Select(entry => entry.GetProperty("action").GetString()!);
            acts.Should().OnlyHaveUniqueItems("each step of an erasure is done once");
            (await alive.GetAsync("auditor", "ledger/verify")).GetProperty("intact").GetBoolean().Should().BeTrue();
        });
        service.Deaths.Should().Be(4);
    }

    private static async Task LandedAsync(ServiceClient client, int events)
    {
        var consumed = 0L;
        await Wait.UntilAsync(
            async () => (consumed = await client.StreamTotalAsync("consumed")) >= events,
            () => $"{events} events consumed, {consumed} were"
        );
    }

    private static async Task<Dictionary<string, string>> PartsAsync(SandboxHost host)
    {
        using var response = await host.Client.GetAsync("health/ready");
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return answer
            .GetProperty("parts")
            .EnumerateArray()
            .ToDictionary(
                part => part.GetProperty("name").GetString()!,
                part =>
                    $"{part.GetProperty("state")} {(part.TryGetProperty("detail", out var detail) ? detail.GetString() : "")}",
                StringComparer.Ordinal
            );
    }

    private static ServiceProcess Start(TemporaryFolder folder, string connectionString, params string[] more) =>
        ServiceProcess.Start(
            [
                "--urls=http://127.0.0.1:0",
                $"--Governance:DataDirectory={folder.Path}",
                "--Governance:Sandbox:Generator:Enabled=false",
                .. more,
            ],
            variables: Variables(connectionString)
        );

    private static Dictionary<string, string> Variables(string connectionString) =>
        new(StringComparer.Ordinal) { ["Governance__Postgres__ConnectionString"] = connectionString };

    private static async Task VerifyLedgerAsync(PostgresDatabase database)
    {
        await using var process = ServiceProcess.Start(
            ["verify-ledger"],
            variables: Variables(database.ConnectionString)
        );
        (await process.ExitCodeAsync()).Should().Be(0, process.Output);
        process.Output.Should().Contain("intact; 1 receipts hang on the chain");
    }

    private static async Task ListKeysAsync(PostgresDatabase database, string data)
    {
        await using var process = ServiceProcess.Start(
            ["keys", "list", "--data", data],
            variables: Variables(database.ConnectionString)
        );
        (await process.ExitCodeAsync()).Should().Be(0, process.Output);
        process.Output.Should().Contain("vault");
    }

    private static async Task<string> PublishAsync(ServiceClient client)
    {
        using var answer = await client.PutYamlAsync("owner", "contracts/people", Contracts.Sample.Yaml);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
        return "people";
    }
}
