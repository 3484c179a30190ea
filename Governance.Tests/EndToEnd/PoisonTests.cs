using System.Diagnostics;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>Records that cannot be masked, of every kind, between good ones: the good ones pass in their order, whichever way they go.</summary>
public sealed class PoisonTests(ITestOutputHelper output)
{
    private const int LargestEvent = 65_536;
    private const int LargestMasked = 4_096;

    // A day in 2026; each record is a second later than the one before.
    private const long Start = 1_780_000_000_000;

    private static readonly string s_schema = OwnTopics.Schema(
        """{"name":"id","type":"string"}""",
        """{"name":"number","type":"int"}""",
        """{"name":"words","type":"string"}""",
        """{"name":"card","type":"string"}""",
        """{"name":"seen","type":{"type":"long","logicalType":"timestamp-millis"}}"""
    );

    private static readonly string[] s_columns =
    [
        OwnTopics.Identifier("id", "customer_id"),
        OwnTopics.Public("number", "integer"),
        OwnTopics.Personal("words", "seal"),
        OwnTopics.Personal("card", "{ method: fpe, domain: card, check: luhn }"),
        OwnTopics.Public("seen", "timestamp"),
    ];

    [Fact]
    public async Task Interceptor_PoisonOfEveryKindAmongGoodRecords_PassesTheGoodOnesInOrderAndKeepsEachPoisonOnce()
    {
        var since = Stopwatch.GetTimestamp();
        await using var topics = await OwnTopics.StartAsync(
            $"--Governance:Interceptor:MaximumEventBytes={LargestEvent}",
            $"--Governance:Interceptor:MaximumMaskedBytes={LargestMasked}",
            // Some poison shares a batch with good records, some has one for itself.
            "--Governance:Interceptor:BatchSize=7"
        );
        await topics.PublishAsync("poisoned", "1.0.0", "{ to: [warehouse, topic], key: id }", s_columns);
        await topics.PublishAsync("keyless", "1.0.0", "{ to: [warehouse, topic] }", s_columns);
        var schema = await topics.RegisterAsync("poisoned", s_schema);
        await topics.RegisterAsync("keyless", s_schema);

        var story = new Poisoned(topics, schema);
        story.Good();
        story.Poison("not the wire format"u8.ToArray(), EventFaults.NotWireFormat);
        story.Good();
        story.Poison([0, 0, 0], EventFaults.NotWireFormat);
        story.Poison(TopicWriter.Frame(999_999, story.Body()), EventFaults.UnknownSchema);
        story.Good();
        story.Poison(story.Body(framed: true)[..^3], EventFaults.MalformedAvro);
        story.Poison(TopicWriter.Frame(schema, []), EventFaults.MalformedAvro);
        story.Good();
        story.Poison([.. story.Body(framed: true), 0], EventFaults.MalformedAvro);
        story.Poison(story.Body(framed: true, words: new string('w', LargestEvent)), EventFaults.TooLarge);
        story.Good();
        story.Poison(story.Body(framed: true, card: "4242424242424241"), "fpe_check_digit");
        story.Poison(story.Body(framed: true, card: "42"), "fpe_domain_too_small");
        story.Good();
        story.Poison(story.Body(framed: true, id: ""), EventFaults.InvalidIdentifier);
        story.Good();
        // These cannot go the one way, and can the other.
        story.Poison(story.Body(framed: true), null, EventFaults.MalformedKey, key: [0xFF, 0xFE]);
        story.Good();
        story.Poison(story.Body(framed: true), null, EventFaults.InvalidIdentifier, key: []);
        story.Poison(story.Body(framed: true, words: new string('w', LargestMasked)), null, EventFaults.TooLarge);
        story.Good();
        story.Poison(story.Body(framed: true, seen: long.MaxValue), EventFaults.ValueOutOfRange, null);
        story.Good();
        story.Poison(story.Body(framed: true), null, EventFaults.UnclassifiedKey, topic: "keyless");
        story.Poison(story.Body(framed: true), null, EventFaults.UnclassifiedKey, topic: "keyless");
        // Timestamps that are no dates are no poison: the nearest date takes their place.
        story.Good(time: long.MaxValue);
        story.Good(time: 1_780_000_000_000_000);
        for (var more = 0; more < 20; more++)
        {
            story.Good();
        }

        topics.Flush();
        output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: sent");
        await story.SettledAsync("poisoned");
        await story.SettledAsync("keyless");
        output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: settled");

        (await topics.QuarantineAsync())
            .Select(kept => new Kept(
                kept.Topic,
                kept.Way,
                kept.Partition,
                kept.Offset,
                kept.EventTime.ToUnixTimeMilliseconds(),
                kept.Code
            ))
            .Should()
            .BeEquivalentTo(story.Kept);
        var delivered = await topics.ReadAsync("poisoned.masked", story.Delivered["poisoned"].Count);
        delivered.Select(message => (int)message.Fields["number"]!).Should().Equal(story.Delivered["poisoned"]);
        delivered.Should().Contain(message => message.Time == DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        var trouble = (await topics.Client.GetAsync("pipeline", "streams")).GetProperty("trouble");
        trouble.ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);

        output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: read");
        using var warehouse = await topics.StopAsync();
        foreach (var topic in new[] { "poisoned", "keyless" })
        {
            warehouse
                .Rows($"SELECT number FROM {topic} ORDER BY rowid")
                .Select(row => (int)row[0])
                .Should()
                .Equal(story.Landed[topic], "{0} lands what is good, in its order", topic);
        }
    }

    private sealed record Kept(string Topic, string Way, int Partition, long Offset, long Time, string Code);

    /// <summary>Sends records to partition 0, and notes what should become of each.</summary>
    private sealed class Poisoned(OwnTopics topics, int schema)
    {
        private int _number;

        public List<Kept> Kept { get; } = [];

        public Dictionary<string, List<int>> Landed { get; } = new() { ["poisoned"] = [], ["keyless"] = [] };

        public Dictionary<string, List<int>> Delivered { get; } = new() { ["poisoned"] = [], ["keyless"] = [] };

        public byte[] Body(
            bool framed = false,
            string id = "C-1",
            string words = "some words",
            string card = "4242424242424242",
            long seen = Start
        )
        {
            // The library takes dates alone; what is none is written as its neighbours are, and its last field is the time.
            var good = OwnTopics.Value(
                schema,
                s_schema,
                id,
                _number,
                words,
                card,
                DateTimeOffset.FromUnixTimeMilliseconds(Start).UtcDateTime
            );
            if (seen != Start)
            {
                Span<byte> number = stackalloc byte[10];
                var length = Governance.Masking.Avro.Internal.Varint.Write(seen, number);
                var before = Governance.Masking.Avro.Internal.Varint.Write(Start, stackalloc byte[10]);
                good = [.. good[..^before], .. number[..length]];
            }

            return framed ? good : good[5..];
        }

        public void Good(long? time = null)
        {
            topics.Send("poisoned", "C-1"u8.ToArray(), Body(framed: true), 0, time ?? Time);
            Landed["poisoned"].Add(_number);
            Delivered["poisoned"].Add(_number++);
        }

        public void Poison(byte[] value, string code) => Poison(value, code, code);

        public void Poison(
            byte[] value,
            string? warehouse,
            string? masked,
            byte[]? key = null,
            string topic = "poisoned"
        )
        {
            var offset = topics.Send(topic, key ?? Encoding.UTF8.GetBytes("C-1"), value, 0, Time);
            foreach (
                var (way, code, passed) in new[]
                {
                    (WaysOut.Warehouse, warehouse, Landed[topic]),
                    (WaysOut.Topic, masked, Delivered[topic]),
                }
            )
            {
                if (code is null)
                {
                    passed.Add(_number);
                }
                else
                {
                    Kept.Add(new Kept(topic, way, 0, offset, Time, code));
                }
            }

            _number++;
        }

        public async Task SettledAsync(string topic)
        {
            var kept = Kept.Where(one => one.Topic == topic).ToArray();
            await topics.SettledAsync(
                topic,
                Landed[topic].Count + kept.Count(one => one.Way == WaysOut.Warehouse),
                Delivered[topic].Count
            );
            await Wait.UntilAsync(
                async () => (await topics.QuarantineAsync()).Count(one => one.Topic == topic) >= kept.Length,
                "all poison is kept"
            );
        }

        private long Time => Start + (_number * 1_000L);
    }
}
