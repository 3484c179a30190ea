using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Sandbox.Generator;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Sandbox;

/// <summary>npm's Kafka and registry clients and kcat join by <c>sandbox.json</c> alone.</summary>
public sealed class ForeignClientTests
{
    private const string Topic = "strangers";

    private static readonly JsonNode Schema = JsonNode.Parse(
        """{"type":"record","name":"Stranger","fields":[{"name":"id","type":"string"},{"name":"at","type":"long"},{"name":"note","type":["null","string"],"default":null}]}"""
    )!;

    [Fact]
    public async Task KafkaJs_RegistersProducesAndConsumes()
    {
        await using var host = await SandboxHost.StartAsync();
        var sandbox = await SandboxFileAsync(host);
        object[] events =
        [
            new
            {
                id = "s-1",
                at = 5,
                note = (string?)null,
            },
            new
            {
                id = "s-2",
                at = 6,
                note = "Grüße",
            },
        ];

        var sent = JsonNode.Parse(
            await NodeTool.RunAsync(
                "produce.mjs",
                JsonSerializer.Serialize(
                    new
                    {
                        sandbox,
                        topic = Topic,
                        schema = Schema,
                        key = "id",
                        events,
                    }
                )
            )
        )!;
        var read = JsonNode.Parse(
            await NodeTool.RunAsync(
                "consume.mjs",
                JsonSerializer.Serialize(
                    new
                    {
                        sandbox,
                        topic = Topic,
                        count = 2,
                    }
                )
            )
        )!;

        var registered = await host
            .Services.GetRequiredService<ISchemaRegistry>()
            .GetLatestAsync($"{Topic}-value", default);
        registered.Id.Should().Be(sent["id"]!.GetValue<int>());
        JsonNode.DeepEquals(JsonNode.Parse(registered.Schema), Schema).Should().BeTrue();
        var found = read.AsArray().ToDictionary(e => e!["key"]!.ToString(), e => e!);
        found["s-2"]["value"]!["note"]!.ToString().Should().Be("Grüße");
        found["s-1"]["value"]!["note"].Should().BeNull();
        foreach (var (key, value) in found)
        {
            // Its default partitioner and ours agree on where a key stands.
            value["partition"]!.GetValue<int>().Should().Be(KeyPartitioner.PartitionOf(key, DemoTopics.Partitions));
        }
    }

    [Fact]
    public async Task Kcat_ListsTheTopics()
    {
        Tool.SkipWithout("kcat", "kcat");
        await using var host = await SandboxHost.StartAsync();
        var sandbox = JsonNode.Parse(await File.ReadAllTextAsync(await SandboxFileAsync(host)))!;

        var listed = await Tool.RunAsync("kcat", ["-b", sandbox["bootstrapServers"]!.ToString(), "-L"]);

        foreach (var topic in host.Services.GetRequiredService<DemoSchemas>().Texts.Keys)
        {
            listed.Succeeded().Should().Contain($"\"{topic}\" with 4 partitions");
        }
    }

    private static async Task<string> SandboxFileAsync(SandboxHost host)
    {
        var path = Path.Combine(host.DataDirectory, SandboxFile.Name);
        for (var i = 0; i < 1200 && !File.Exists(path); i++)
        {
            await Task.Delay(50);
        }

        return path;
    }
}
