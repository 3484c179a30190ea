using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>Clients that nobody here wrote join the sandbox by what stands in <c>sandbox.json</c>.</summary>
public sealed class ForeignClientTests
{
    private const int Events = 25;
    private const string Topic = "customers";

    [Fact]
    public async Task KafkaJs_WithItsOwnWriterSchema_LandsMasked()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, ResolvedIdentifier> vault;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            var answer = await ProduceAsync(folder.Path, Schema(), Enumerable.Range(0, Events).Select(Customer));
            answer.GetProperty("sent").GetInt32().Should().Be(Events);
            await LandedAsync(host, Events);
            vault = await ResolveAsync(host, Enumerable.Range(0, Events).Select(CustomerId));
        }

        using var warehouse = WarehouseFile.Open(folder.Path);
        warehouse
            .Texts(
                "SELECT DISTINCT typeof(customer_id) || ' ' || typeof(email) || ' ' || typeof(phones[1].number) FROM customers"
            )
            .Should()
            .Equal("UUID UUID UUID");
        var rows = warehouse.Rows("SELECT customer_id, name.family FROM customers");
        rows.Select(row => (Guid)row[0]).Should().BeEquivalentTo(vault.Values.Select(resolved => resolved.Surrogate));
        foreach (var (customerId, resolved) in vault)
        {
            var sealedName = (string)rows.Single(row => (Guid)row[0] == resolved.Surrogate)[1];
            Open(resolved, "user.name.last", sealedName).Should().Be(FamilyOf(customerId));
        }

        var landed = string.Join('\n', warehouse.Texts("SELECT customers::VARCHAR FROM customers"));
        foreach (var value in Enumerable.Range(0, Events).SelectMany(PlainOf))
        {
            landed.Should().NotContain(value);
        }
    }

    [Fact]
    public async Task KafkaJs_WithAWiderSchemaThatAContractClassifies_WidensTheTable()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, ResolvedIdentifier> vault;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            await ProduceAsync(folder.Path, Schema(), [Customer(0), Customer(1)]);
            await LandedAsync(host, 2);

            var wider = Schema();
            wider["fields"]!
                .AsArray()
                .Add(JsonNode.Parse("""{ "name": "preferred_name", "type": ["null", "string"], "default": null }"""));
            var event2 = Customer(2);
            event2["preferred_name"] = "Nightingale-2";

            // Nobody has said yet what the new field is: it waits in quarantine.
            await ProduceAsync(folder.Path, wider, [event2]);
            using var client = new ServiceClient(host.Address);
            await Wait.UntilAsync(
                async () => await client.QuarantinedAsync(Topic) is [("unclassified_field", 1)],
                "the unclassified field is in quarantine"
            );

            await PublishWiderContractAsync(client);
            var event3 = Customer(3);
            event3["preferred_name"] = null;
            await ProduceAsync(folder.Path, wider, [event3]);
            await LandedAsync(host, 3);
            var replay = await client.PostAsync("owner", "quarantine/replay", new { topic = Topic });
            replay.GetProperty("landed").GetInt32().Should().Be(1, replay.GetRawText());
            await LandedAsync(host, 4);
            vault = await ResolveAsync(host, [CustomerId(2)]);
        }

        using var warehouse = WarehouseFile.Open(folder.Path);
        var named = warehouse.Rows(
            "SELECT customer_id, preferred_name FROM customers WHERE preferred_name IS NOT NULL"
        );
        named.Should().ContainSingle();
        named[0][0].Should().Be(vault[CustomerId(2)].Surrogate);
        Open(vault[CustomerId(2)], "user.name", (string)named[0][1]).Should().Be("Nightingale-2");
    }

    [Fact]
    public async Task KafkaJs_EventsOfAnErasedPerson_ReleasedFromQuarantineOrSentAgain_BringNoRowBack()
    {
        using var folder = new TemporaryFolder();
        await using (var host = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            await ProduceAsync(folder.Path, Schema(), [Customer(0), Customer(1)]);
            await LandedAsync(host, 2);
            var wider = Schema();
            wider["fields"]!
                .AsArray()
                .Add(JsonNode.Parse("""{ "name": "preferred_name", "type": ["null", "string"], "default": null }"""));
            var kept = Customer(1);
            kept["preferred_name"] = "Nightingale-1";
            await ProduceAsync(folder.Path, wider, [kept]);
            using var client = new ServiceClient(host.Address);
            await Wait.UntilAsync(
                async () => await client.QuarantinedAsync(Topic) is [("unclassified_field", 1)],
                "the event is in quarantine"
            );

            await client.EraseAsync("customer_id", CustomerId(1));
            await PublishWiderContractAsync(client);
            var replay = await client.PostAsync("owner", "quarantine/replay", new { topic = Topic });

            replay.GetProperty("landed").GetInt32().Should().Be(0, replay.GetRawText());
            (await client.QuarantinedAsync(Topic)).Should().BeEmpty("it is dropped, and waits no more");
            var suppressed = await client.StreamTotalAsync("suppressed");
            await ProduceAsync(folder.Path, Schema(), [Customer(1), Customer(2)]);
            await LandedAsync(host, 2);
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("suppressed") == suppressed + 1,
                "the old event is dropped"
            );
        }

        using var warehouse = WarehouseFile.Open(folder.Path);
        warehouse.Rows("SELECT count(*) FROM customers")[0][0].Should().Be(2L, "the other two people's rows are there");
    }

    [Fact]
    public async Task Kcat_ListsTheTopicsAndReadsAMessage()
    {
        Tool.SkipWithout("kcat", "kcat");
        using var folder = new TemporaryFolder();
        await using var host = await SandboxHost.StartAsync(dataDirectory: folder.Path);
        var broker = await BrokerAsync(folder.Path);

        var topics = (await Tool.RunAsync("kcat", ["-b", broker, "-L"])).Succeeded();
        foreach (var schema in Directory.GetFiles(Repository.PathOf("ops", "demo", "schemas"), "*.avsc"))
        {
            topics.Should().Contain($"topic \"{Path.GetFileNameWithoutExtension(schema)}\" with ");
        }

        (
            await Tool.RunAsync(
                "kcat",
                ["-b", broker, "-P", "-t", Topic, "-k", "a-key"],
                "a message that no schema knows"
            )
        ).Succeeded();
        (await Tool.RunAsync("kcat", ["-b", broker, "-C", "-t", Topic, "-o", "beginning", "-c", "1", "-f", "%k %s"]))
            .Succeeded()
            .Should()
            .Be("a-key a message that no schema knows");
        using var client = new ServiceClient(host.Address);
        await Wait.UntilAsync(
            async () => await client.QuarantinedAsync(Topic) is [("not_wire_format", 1)],
            "kcat's message is in quarantine"
        );
    }

    private static async Task<JsonElement> ProduceAsync(string data, JsonNode schema, IEnumerable<JsonObject> events)
    {
        await BrokerAsync(data);
        var input = new JsonObject
        {
            ["sandbox"] = Path.Combine(data, "sandbox.json"),
            ["topic"] = Topic,
            ["schema"] = schema.DeepClone(),
            ["key"] = "customer_id",
            ["events"] = new JsonArray([.. events]),
        };
        return JsonSerializer.Deserialize<JsonElement>(await NodeTool.RunAsync("produce.mjs", input.ToJsonString()));
    }

    private static async Task<string> BrokerAsync(string data)
    {
        var file = Path.Combine(data, "sandbox.json");
        await Wait.UntilAsync(() => Task.FromResult(File.Exists(file)), "sandbox.json stands there");
        using var content = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        return content.RootElement.GetProperty("bootstrapServers").GetString()!;
    }

    private static async Task LandedAsync(SandboxHost host, long rows)
    {
        var warehouse = host.Services.GetRequiredService<IWarehouse>();
        var found = 0L;
        await Wait.UntilAsync(
            async () =>
            {
                var tables = await warehouse.DescribeAsync(CancellationToken.None);
                found = tables.SingleOrDefault(table => table.Name == Topic)?.Rows ?? 0;
                return found >= rows;
            },
            () => $"{rows} rows landed; {found} did, quarantined: {string.Join(' ', host.Logs.TakeLast(5))}"
        );
        found.Should().Be(rows);
    }

    private static async Task<Dictionary<string, ResolvedIdentifier>> ResolveAsync(
        SandboxHost host,
        IEnumerable<string> customerIds
    )
    {
        var identifiers = host.Services.GetRequiredService<Identifiers>();
        var keys = customerIds.ToDictionary(
            id => id,
            id =>
            {
                identifiers.TryGetKey("customer_id", Encoding.UTF8.GetBytes(id), out var key).Should().BeTrue();
                return key;
            },
            StringComparer.Ordinal
        );
        var found = await identifiers.FindAsync(keys.Values, CancellationToken.None);
        return keys.ToDictionary(pair => pair.Key, pair => found[pair.Value], StringComparer.Ordinal);
    }

    private static string Open(ResolvedIdentifier subject, string category, string sealedValue)
    {
        subject
            .Key.TryOpenText(
                new SealContext("customer_id", category),
                Encoding.UTF8.GetBytes(sealedValue),
                out var plain
            )
            .Should()
            .BeTrue();
        return Encoding.UTF8.GetString(plain);
    }

    private static async Task PublishWiderContractAsync(ServiceClient client)
    {
        var contract = await File.ReadAllTextAsync(
            Repository.PathOf("ops", "demo", "contracts", "customers.odcs.yaml")
        );
        const string next = "      - name: created_at\n";
        contract.Should().Contain(next);
        var wider = contract
            .Replace("version: 1.0.0", "version: 1.1.0", StringComparison.Ordinal)
            .Replace(
                next,
                """
                      - name: preferred_name
                        logicalType: string
                        physicalType: union null string
                        description: How the customer wants to be called.
                        customProperties:
                          - property: privacyCategory
                            value: user.name
                          - property: masking
                            value: seal

                """ + next,
                StringComparison.Ordinal
            );
        using var response = await client.PutYamlAsync("owner", "contracts/customers", wider);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue(text);
    }

    private static JsonNode Schema() =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("ops", "demo", "schemas", "customers.avsc")))!;

    private static string CustomerId(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"C-FOREIGN-{number:D4}");

    private static string FamilyOf(string customerId) => $"Featherstonehaugh-{customerId[^4..]}";

    private static JsonObject Customer(int number)
    {
        var id = CustomerId(number);
        return new JsonObject
        {
            ["customer_id"] = id,
            ["name"] = new JsonObject
            {
                ["title"] = number % 2 == 0 ? null : "Dr",
                ["given"] = $"Gwendolyn-{id}",
                ["family"] = FamilyOf(id),
            },
            ["email"] = $"gwendolyn.{number}@foreign.example",
            ["phones"] = new JsonArray(
                new JsonObject
                {
                    ["kind"] = "MOBILE",
                    ["number"] = string.Create(CultureInfo.InvariantCulture, $"+4477009{number:D5}"),
                }
            ),
            ["date_of_birth"] = 3_333 + number,
            ["address_id"] = $"A-FOREIGN-{number / 2}",
            ["preferences"] = new JsonObject { ["nickname"] = $"Wendy-{id}" },
            ["segment"] = "HOUSEHOLD",
            ["national_insurance_number"] = number % 3 == 0 ? 123_456_000 + number : $"QQ{number:D6}C",
            ["created_at"] = 1_600_000_000_000 + number,
        };
    }

    private static IEnumerable<string> PlainOf(int number)
    {
        var customer = Customer(number);
        yield return CustomerId(number);
        yield return customer["name"]!["given"]!.GetValue<string>();
        yield return customer["name"]!["family"]!.GetValue<string>();
        yield return customer["email"]!.GetValue<string>();
        yield return customer["phones"]![0]!["number"]!.GetValue<string>();
        yield return customer["address_id"]!.GetValue<string>();
        yield return customer["preferences"]!["nickname"]!.GetValue<string>();
        yield return customer["national_insurance_number"]!.ToString();
    }
}
