using Confluent.Kafka;
using Governance.Masking.Avro;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>
/// Writes records to all partitions at a pace that follows the kills, through whatever the broker suffers. What a record is, its key says:
/// <see cref="Good"/>, <see cref="OfAnErased"/>, or the code under which it must end in quarantine.
/// </summary>
internal sealed class NoteWriter : IDisposable
{
    public const string Good = "good";
    public const string OfAnErased = "of an erased person";

    // As fast as one after the other and no faster, so that something is on its way at every kill.
    private const int Burst = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);
    private static readonly string[] s_poisons =
    [
        EventFaults.NotWireFormat,
        EventFaults.UnknownSchema,
        EventFaults.MalformedAvro,
    ];

    private readonly KillRunSettings _settings;
    private readonly string[] _topics;
    private readonly int _schema;
    private readonly Dice _dice;
    private readonly IProducer<string, byte[]> _producer;
    private long _allowed;
    private long _written;

    public NoteWriter(KillRunSettings settings, string servers, string[] topics, int schema)
    {
        _settings = settings;
        _topics = topics;
        _schema = schema;
        _dice = Dice.For(settings.Seed, "records");
        _producer = new ProducerBuilder<string, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = servers,
                LingerMs = 5,
                EnableIdempotence = true,
                MessageTimeoutMs = 300_000,
            }
        ).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public long Written => Interlocked.Read(ref _written);

    /// <summary>Lets it write so many in all.</summary>
    public void Allow(long records) => Interlocked.Exchange(ref _allowed, records);

    /// <summary>Writes until all are written. In each partition poison comes near the beginning and near the end, and good records behind it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        WriteAroundPoison();
        while (Written < _settings.Records)
        {
            for (var sent = 0; sent < Burst && Written < Math.Min(_settings.Records, _allowed); sent++)
            {
                var kind = _dice.Below(100) == 0 ? _dice.Of(s_poisons) : Good;
                Write(_dice.Of(_topics), _dice.Below(_settings.Partitions), kind);
            }

            await Task.Delay(Pause, cancellationToken);
        }

        WriteAroundPoison();
        _producer.Flush(TimeSpan.FromMinutes(2)).Should().Be(0, "the broker takes all records");
    }

    public void Dispose() => _producer.Dispose();

    private void WriteAroundPoison()
    {
        foreach (var topic in _topics)
        {
            for (var partition = 0; partition < _settings.Partitions; partition++)
            {
                foreach (var kind in (string[])[Good, .. s_poisons, Good])
                {
                    Write(topic, partition, kind);
                }
            }
        }
    }

    private void Write(string topic, int partition, string kind)
    {
        var person = _dice.Below(_settings.People);
        var value = SmallRecords.Encode(_schema, person, _written, "what nobody may see");
        var message = new Message<string, byte[]>
        {
            Key = kind is Good && _settings.IsErased(person) ? OfAnErased : kind,
            Value = kind switch
            {
                EventFaults.NotWireFormat => "no schema knows this"u8.ToArray(),
                EventFaults.UnknownSchema => TopicWriter.Frame(9_999, value.AsSpan(5)),
                EventFaults.MalformedAvro => value[..^3],
                _ => value,
            },
        };
        Interlocked.Increment(ref _written);
        _producer.Produce(new TopicPartition(topic, partition), message);
    }
}
