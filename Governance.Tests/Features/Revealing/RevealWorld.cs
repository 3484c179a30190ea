using System.Net.Http.Json;
using System.Text.Json;
using Avro;
using Confluent.Kafka;
using Governance.Api.Features.Revealing;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Avro;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Revealing;

/// <summary>The real service with one customer's event masked and landed, and the masked row as an analyst would see it.</summary>
internal sealed class RevealWorld : IAsyncDisposable
{
    public required SandboxHost Host { get; init; }

    public required HeldRevealGrants Grants { get; init; }

    /// <summary>The surrogate of the customer's e-mail address.</summary>
    public string Email { get; private set; } = "";

    /// <summary>The surrogate of the customer.</summary>
    public string Customer { get; private set; } = "";

    /// <summary>The sealed given name.</summary>
    public string GivenName { get; private set; } = "";

    public static async Task<RevealWorld> StartAsync(
        string[]? settings = null,
        Action<WebApplicationBuilder>? adjust = null
    )
    {
        var grants = new HeldRevealGrants();
        var world = new RevealWorld
        {
            Grants = grants,
            Host = await SandboxHost.StartAsync(
                settings,
                builder =>
                {
                    builder.Services.AddSingleton<IRevealGrants>(grants);
                    adjust?.Invoke(builder);
                }
            ),
        };
        await world.LandAsync();
        return world;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Asks, as the analyst or somebody else.</summary>
    public async Task<HttpResponseMessage> AskAsync(object body, string person = "analyst")
    {
        using var client = await Host.ClientFor(person);
        return await client.PostAsJsonAsync("reveal", body);
    }

    /// <summary>The ledger's entries of reveals, the oldest first, and the ledger's whole text.</summary>
    public async Task<(JsonElement[] Entries, string Text)> LedgerAsync()
    {
        using var auditor = await Host.ClientFor("auditor");
        var text = await auditor.GetStringAsync("ledger?limit=200");
        return (
            [
                .. JsonSerializer
                    .Deserialize<JsonElement>(text)
                    .GetProperty("entries")
                    .EnumerateArray()
                    .Where(entry =>
                        entry.GetProperty("action").GetString()
                            is "value.revealed"
                                or "value.withheld"
                                or "reveal.refused"
                    )
                    .OrderBy(entry => entry.GetProperty("sequence").GetInt64()),
            ],
            text
        );
    }

    private async Task LandAsync()
    {
        var dataset = Host.Services.GetRequiredService<IContractCatalogSource>().Current.FindDataset("customers")!;
        var text = await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "schemas", "customers.avsc"));
        var id = await Host
            .Services.GetRequiredService<ISchemaRegistry>()
            .RegisterAsync($"{dataset.Topic}-value", text, CancellationToken.None);
        var record = new CanaryMarkers().Record(dataset, (RecordSchema)Schema.Parse(text));
        using var producer = new ProducerBuilder<Null, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = Host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers,
            }
        ).Build();
        byte[] value =
        [
            0,
            (byte)(id >> 24),
            (byte)(id >> 16),
            (byte)(id >> 8),
            (byte)id,
            .. EverythingRecords.Write(record),
        ];
        await producer.ProduceAsync(dataset.Topic, new Message<Null, byte[]> { Value = value });
        using var owner = await Host.ClientFor("owner");
        JsonElement row = default;
        await Wait.UntilAsync(
            async () =>
            {
                var rows = (await owner.GetFromJsonAsync<JsonElement>("sandbox/rows/customers")).GetProperty("rows");
                row = rows.GetArrayLength() == 0 ? default : rows[0];
                return row.ValueKind == JsonValueKind.Object;
            },
            () => "the customer landed"
        );
        Email = row.GetProperty("email").GetString()!;
        Customer = row.GetProperty("customer_id").GetString()!;
        GivenName = row.GetProperty("name").GetProperty("given").GetString()!;
    }
}
