using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>Clients that nobody here wrote read a masked topic, by the derived schema that the registry gives them.</summary>
public sealed class MaskedTopicTests
{
    private const int Events = 20;

    [Fact]
    public async Task KafkaJs_ReadsTheMaskedTopicByItsDerivedSchema_AndTheWarehouseHasTheSame()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SandboxHost.StartAsync(dataDirectory: folder.Path);
        using var client = new ServiceClient(host.Address);
        await DeliverAsync(client, Delivery);
        await ProduceAsync(host);
        await Wait.UntilAsync(async () => await client.StreamTotalAsync("delivered") >= Events, "all are delivered");
        await Wait.UntilAsync(
            () => Task.FromResult(File.Exists(Path.Combine(folder.Path, "sandbox.json"))),
            "sandbox.json stands there"
        );

        var events = JsonSerializer.Deserialize<JsonElement>(
            await NodeTool.RunAsync(
                "consume.mjs",
                new JsonObject
                {
                    ["sandbox"] = Path.Combine(folder.Path, "sandbox.json"),
                    ["topic"] = "customers.masked",
                    ["count"] = Events,
                }.ToJsonString()
            )
        );

        events.GetArrayLength().Should().Be(Events);
        var identifiers = host.Services.GetRequiredService<Identifiers>();
        foreach (var number in Enumerable.Range(0, Events))
        {
            identifiers
                .TryGetKey("customer_id", Encoding.UTF8.GetBytes(Customer(number)), out var key)
                .Should()
                .BeTrue();
            var surrogate = (await identifiers.FindAsync([key], CancellationToken.None))[key].Surrogate.ToString();
            var one = events.EnumerateArray().Single(one => one.GetProperty("key").GetString() == surrogate);
            one.GetProperty("value").GetProperty("customer_id").GetString().Should().Be(surrogate);
            one.GetProperty("partition").GetInt32().Should().Be(number % 4);
        }

        await Wait.UntilAsync(
            async () => (await client.RowsAsync())["customers"] == Events,
            "the warehouse has them, too"
        );
    }

    [Fact]
    public async Task Kcat_ReadsTheMaskedTopic_WithHeadersByTheContract()
    {
        Tool.SkipWithout("kcat", "kcat");
        using var folder = new TemporaryFolder();
        await using var host = await SandboxHost.StartAsync(dataDirectory: folder.Path);
        using var client = new ServiceClient(host.Address);
        await DeliverAsync(client, Delivery);
        await ProduceAsync(host);
        await Wait.UntilAsync(async () => await client.StreamTotalAsync("delivered") >= Events, "all are delivered");

        var broker = host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers;
        string[] reading = ["-b", broker, "-C", "-t", "customers.masked", "-o", "beginning", "-c", $"{Events}"];
        var lines = (await Tool.RunAsync("kcat", [.. reading, "-f", "%k %h\n"])).Succeeded();

        var identifiers = host.Services.GetRequiredService<Identifiers>();
        identifiers.TryGetKey("email", Encoding.UTF8.GetBytes(Mail(3)), out var mail).Should().BeTrue();
        var surrogate = (await identifiers.FindAsync([mail], CancellationToken.None))[mail].Surrogate;
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(Events);
        lines.Should().Contain("trace=kept").And.Contain($"X-Mail={surrogate}");
        lines.Should().NotContain("x-debug").And.NotContain("@").And.NotContain("C-MASKED");
    }

    private const string Delivery =
        "{ to: [warehouse, topic], key: customer_id, headers: [ { name: x-mail, identifier: email, link: owns }, { name: x-debug, drop: true } ] }";

    private static string Mail(int number) => $"masked.{number}@foreign.example";

    private static string Customer(int number) => $"C-MASKED-{number:D4}";

    private static async Task DeliverAsync(ServiceClient client, string delivery)
    {
        const string anchor = "      - property: onErasure\n";
        var yaml = await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "contracts", "customers.odcs.yaml"));
        yaml.Should().Contain(anchor);
        yaml = yaml.Replace("version: 1.0.0", "version: 1.1.0", StringComparison.Ordinal)
            .Replace(
                anchor,
                $"      - property: delivery\n        value: {delivery}\n{anchor}",
                StringComparison.Ordinal
            );
        using var response = await client.PutYamlAsync("owner", "contracts/customers", yaml);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
    }

    private static async Task ProduceAsync(SandboxHost host)
    {
        var registry = host.Services.GetRequiredService<ISchemaRegistry>();
        var text = await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "schemas", "customers.avsc"));
        var id = await registry.RegisterAsync("customers-value", text, CancellationToken.None);
        var catalog = host.Services.GetRequiredService<Governance.Masking.Contracts.IContractCatalogSource>();
        var schema = (global::Avro.RecordSchema)global::Avro.Schema.Parse(text);
        using var producer = new ProducerBuilder<string, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers,
            }
        ).Build();
        for (var number = 0; number < Events; number++)
        {
            var record = new CanaryMarkers().Record(catalog.Current.FindDataset("customers")!, schema);
            record.Add("customer_id", Customer(number));
            var body = Governance.Tests.Avro.EverythingRecords.Write(record);
            await producer.ProduceAsync(
                new TopicPartition("customers", number % 4),
                new Message<string, byte[]>
                {
                    Key = Customer(number),
                    Value = TopicWriter.Frame(id, body),
                    Headers =
                    [
                        new Header("trace", "kept"u8.ToArray()),
                        new Header("X-Mail", Encoding.UTF8.GetBytes(Mail(number))),
                        new Header("x-debug", Encoding.UTF8.GetBytes(Customer(number))),
                    ],
                }
            );
        }
    }
}
