using Governance.Api.Sandbox.Generator;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>Records of several datasets in a broker, some of which cannot be masked, and a person among them to erase.</summary>
internal sealed class Story : IDisposable
{
    private static readonly DateTimeOffset Ends = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly IReadOnlyDictionary<string, int> _schemas;
    private readonly DemoWorld _world;
    private readonly TopicWriter _writer;

    private Story(DemoWorld world, IReadOnlyDictionary<string, int> schemas, TopicWriter writer)
    {
        _world = world;
        _schemas = schemas;
        _writer = writer;
        Person = world.Meters.Select(meter => meter.Account.Holder).First(HasChangedTheirEmail);
    }

    /// <summary>Somebody with an account and a meter, who has had two e-mail addresses.</summary>
    public DemoPerson Person { get; }

    /// <summary>How many records there are.</summary>
    public int Records { get; private set; }

    /// <summary>Writes the records to the broker of a service, with schemas of its registry.</summary>
    public static async Task<Story> WriteAsync(SandboxHost host, int customers = 80)
    {
        var schemas = DemoSchemas.Load();
        var registry = host.Services.GetRequiredService<ISchemaRegistry>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (topic, schema) in schemas.Texts)
        {
            ids[topic] = await registry.RegisterAsync($"{topic}-value", schema, CancellationToken.None);
        }

        var story = new Story(
            new DemoWorld(new DemoSettings(Seed: 7, customers, HistoryDays: 35, Ends), schemas),
            ids,
            new TopicWriter(host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers)
        );
        story.Write();
        return story;
    }

    /// <summary>Sends the person's records once more.</summary>
    /// <returns>How many there are.</returns>
    public int Replay()
    {
        var meters = _world.Meters.Where(meter => meter.Account.Holder.CustomerId == Person.CustomerId).ToArray();
        var keys = meters
            .SelectMany(meter => new[] { meter.Mpan, meter.Account.AccountNumber })
            .Append(Person.CustomerId)
            .ToHashSet(StringComparer.Ordinal);
        var events = _world.History.Where(happening => keys.Contains(happening.Key)).ToArray();
        foreach (var happening in events)
        {
            Send(happening, AvroWire.Encode(_schemas[happening.Topic], happening.Value));
        }

        _writer.Flush();
        return events.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write()
    {
        foreach (var (number, happening) in _world.History.Index())
        {
            var value = AvroWire.Encode(_schemas[happening.Topic], happening.Value);
            Send(happening, value);
            if (number % 50 == 0)
            {
                Send(
                    happening,
                    (number / 50 % 3) switch
                    {
                        0 => "no schema knows this"u8.ToArray(),
                        1 => TopicWriter.Frame(9_999, value.AsSpan(5)),
                        _ => value[..^3],
                    }
                );
            }
        }

        _writer.Flush();
    }

    private void Send(DemoEvent happening, byte[] value)
    {
        _writer.Send(
            happening.Topic,
            System.Text.Encoding.UTF8.GetBytes(happening.Key),
            value,
            happening.Partition,
            happening.Time
        );
        Records++;
    }

    private bool HasChangedTheirEmail(DemoPerson person) =>
        _world.History.Count(happening => happening.Topic == DemoTopics.Customers && happening.Key == person.CustomerId)
        > 1;
}
