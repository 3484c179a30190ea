using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Governance.Api.Sandbox.Generator;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>What people and programs send wrongly: each a clear error that repeats nothing, and the service goes on.</summary>
public sealed class BadInputTests : IClassFixture<SandboxHost>, IDisposable
{
    private const string Marker = "canary5e11@example.org";
    private readonly SandboxHost _host;
    private readonly ServiceClient _client;

    public BadInputTests(SandboxHost host)
    {
        _host = host;
        _client = new ServiceClient(host.Address);
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("schema: [a, b", "an open bracket")]
    [InlineData("id: customers\n\tname: x", "a tab for indentation")]
    [InlineData("\"canary5e11@example.org", "an open quote")]
    [InlineData("", "nothing")]
    [InlineData("[]", "a list")]
    public async Task Contract_ThatIsNoYaml_IsRefusedWithThePlace(string yaml, string what)
    {
        using var response = await _client.PutYamlAsync("owner", "contracts/customers", yaml);

        var problem = await response.ShouldBeProblemAsync(
            HttpStatusCode.UnprocessableEntity,
            "invalid_contract",
            Marker
        );
        var fault = problem.GetProperty("faults").EnumerateArray().First();
        fault.GetProperty("line").GetInt32().Should().BePositive(what);
        fault.GetProperty("message").GetString().Should().NotBeNullOrEmpty();
        await IsAliveAsync();
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("text/yaml")]
    [InlineData("application/x-www-form-urlencoded")] // What curl --data-binary says.
    [InlineData(null)]
    public async Task Contract_OfAnyContentType_IsRead(string? contentType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(await DemoContractAsync("customers")));
        content.Headers.ContentType = contentType is null ? null : new(contentType);
        using var response = await _client.SendAsync("owner", HttpMethod.Put, "contracts/customers", content);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Contract_WithUnknownMethods_IsRefusedWithEveryOneOfThem()
    {
        var contract = await DemoContractAsync("customers");
        var wrong = contract.Replace("value: seal", $"value: encryptt", StringComparison.Ordinal);
        wrong.Should().NotBe(contract);

        using var response = await _client.PutYamlAsync("owner", "contracts/customers", wrong);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_contract");
        var faults = problem.GetProperty("faults").EnumerateArray().ToArray();
        faults.Should().HaveCountGreaterThan(2);
        faults.Should().OnlyContain(fault => fault.GetProperty("code").GetString() == "unknown_method");
        faults.Select(fault => fault.GetProperty("path").GetString()).Should().OnlyHaveUniqueItems();
        problem.GetRawText().Should().Contain("surrogate, ", "it names the methods that there are");
        var kept = await _client.GetAsync("owner", "datasets/customers");
        kept.GetProperty("columns").GetArrayLength().Should().BePositive("the contract in force stays");
    }

    [Fact]
    public async Task Events_ThatCannotBeMasked_GoToQuarantineAndGoodOnesLandAfterThem()
    {
        var schemas = DemoSchemas.Load();
        var registry = _host.Services.GetRequiredService<ISchemaRegistry>();
        var customers = await registry.RegisterAsync(
            "customers-value",
            schemas.Texts[DemoTopics.Customers],
            CancellationToken.None
        );
        var accounts = await registry.RegisterAsync(
            "accounts-value",
            schemas.Texts[DemoTopics.Accounts],
            CancellationToken.None
        );
        var world = new DemoWorld(
            new DemoSettings(Seed: 3, Customers: 3, HistoryDays: 1, new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)),
            schemas
        );
        var good = world
            .History.Where(happening => happening.Topic == DemoTopics.Customers)
            .Select(happening => AvroWire.Encode(customers, happening.Value))
            .ToArray();
        var rows = (await _client.RowsAsync())[DemoTopics.Customers];
        using var writer = new TopicWriter(_host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers);

        // Once one has landed, the service consumes: the sandbox's broker keeps no more than 5 MB.
        Send(good[0]);
        await LandedAsync(1);

        // One partition, so that every good event stands behind all bad ones.
        Send(TopicWriter.Frame(accounts, good[0].AsSpan(5)));
        Send(TopicWriter.Frame(customers, "nonsense"u8));
        Send([.. good[0], 0]);
        Send(TopicWriter.Frame(987_654, good[0].AsSpan(5)));
        // An empty value is a tombstone: nothing to mask, nothing to keep.
        Send([]);
        Send([0, 0, 0]);
        await LandedAsync(1, quarantined: 5);
        Send(TopicWriter.Frame(customers, new byte[5_000_000]));
        await LandedAsync(1, quarantined: 6);
        foreach (var value in good)
        {
            Send(value);
        }

        await LandedAsync(1 + good.Length, quarantined: 6);
        (await _client.QuarantinedAsync(DemoTopics.Customers))
            .Should()
            .BeEquivalentTo([
                ("unclassified_field", 1L),
                ("malformed_avro", 2L),
                ("unknown_schema", 1L),
                ("not_wire_format", 1L),
                ("too_large", 1L),
            ]);
        await IsAliveAsync();

        void Send(byte[] value) => writer.Send(DemoTopics.Customers, "k"u8.ToArray(), value, partition: 1);

        async Task LandedAsync(int masked, int quarantined = 0)
        {
            writer.Flush();
            var (landed, kept) = (0L, 0L);
            await Wait.UntilAsync(
                async () =>
                {
                    landed = (await _client.RowsAsync())[DemoTopics.Customers] - rows;
                    kept = (await _client.QuarantinedAsync(DemoTopics.Customers)).Sum(count => count.Events);
                    return landed == masked && kept == quarantined;
                },
                () => $"{masked} landed and {quarantined} in quarantine; they are {landed} and {kept}"
            );
        }
    }

    [Theory]
    [InlineData("email")]
    [InlineData("customer_id")]
    [InlineData("account_number")]
    public async Task Erasure_OfAnUnknownPerson_FindsNothingAndCompletes(string domain)
    {
        var request = await _client.EraseAsync(domain, domain == "email" ? Marker : "99999999");

        request.GetProperty("state").GetString().Should().Be("completed");
        var verdicts = request.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("verdict"));
        verdicts.Should().NotBeEmpty().And.OnlyContain(verdict => verdict.GetString() == "nothing_found");
        request.GetRawText().Should().NotContain(Marker);
        var receipt = await _client.TextAsync("dpo", $"subject-requests/{request.Id()}/receipt");
        receipt.Split('.').Should().HaveCount(3);
    }

    [Theory]
    [InlineData("""{"type":"erasure","subject":"customer","claims":[]}""", "invalid_request")]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"canary5e11@example.org","value":"email"}]}""",
        "invalid_request"
    )]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"email","value":"  "}]}""",
        "invalid_request"
    )]
    [InlineData(
        """{"type":"erasure","subject":"canary5e11@example.org","claims":[{"domain":"email","value":"x"}]}""",
        "invalid_request"
    )]
    [InlineData(
        """{"type":"forget canary5e11@example.org","subject":"customer","claims":[{"domain":"email","value":"x"}]}""",
        "invalid_request"
    )]
    [InlineData("""{"type":"erasure","subject":"customer","claims":["canary5e11@example.org"]}""", "invalid_json")]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"email","valeu":"canary5e11@example.org"}]}""",
        "invalid_json"
    )]
    [InlineData("""{"type":"erasure","subject":"customer","claims":[{"domain":"email","value":17}]}""", "invalid_json")]
    [InlineData("""{"type":"erasure","subject":"customer"}""", "invalid_json")]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"email","value":"canary5""",
        "invalid_json"
    )]
    public async Task Claim_ThatIsMalformed_IsRefusedWithThePlace(string body, string code)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync("dpo", HttpMethod.Post, "subject-requests", content);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code, Marker, "canary5");
        problem.GetProperty("faults").GetArrayLength().Should().BePositive();
        _host.Logs.Should().NotContain(entry => entry.Contains("canary5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Claim_OfManyFaults_IsRefusedWithAllOfThem()
    {
        object[] claims =
        [
            new { domain = "email", value = "" },
            new { domain = "no_such_domain", value = Marker },
            new { domain = "email", value = new string('x', 300) + Marker },
        ];
        using var content = JsonContent.Create(
            new
            {
                type = "erasure",
                subject = "customer",
                claims,
            }
        );
        using var response = await _client.SendAsync("dpo", HttpMethod.Post, "subject-requests", content);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_request", Marker);
        problem
            .GetProperty("faults")
            .EnumerateArray()
            .Select(fault => fault.GetProperty("path").GetString())
            .Should()
            .Equal("claims[0].value", "claims[1].domain", "claims[2].value");
    }

    [Theory]
    [InlineData("analyst", "POST", "subject-requests")]
    [InlineData("auditor", "POST", "subject-requests")]
    [InlineData("pipeline", "GET", "subject-requests")]
    [InlineData("dpo", "GET", "streams")]
    [InlineData("analyst", "GET", "quarantine")]
    [InlineData("dpo", "PUT", "contracts/customers")]
    [InlineData("owner", "GET", "ledger")]
    [InlineData("pipeline", "GET", "ledger/verify")]
    public async Task Call_WithATokenOfTheWrongRole_IsForbidden(string person, string method, string path)
    {
        using var content = new StringContent($$"""{"type":"{{Marker}}"}""", Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(person, new HttpMethod(method), path, content);

        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "role_missing", Marker);
    }

    [Fact]
    public async Task Call_WithAnExpiredToken_IsToldSo()
    {
        var token = await _host.FetchTokenAsync("dpo", lifetime: 1);
        using var client = _host.ClientWith(token);
        await Wait.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync("subject-requests");
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            },
            "the token has expired"
        );
        using var response = await client.GetAsync("subject-requests");

        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_expired", token);
    }

    private static Task<string> DemoContractAsync(string id) =>
        File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "contracts", $"{id}.odcs.yaml"));

    private async Task IsAliveAsync()
    {
        var ready = JsonSerializer.Deserialize<JsonElement>(await _host.Client.GetStringAsync("health/ready"));
        ready.GetProperty("status").GetString().Should().Be("ready", ready.GetRawText());
    }
}
