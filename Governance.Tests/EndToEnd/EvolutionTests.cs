using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using static Governance.Tests.EndToEnd.OwnTopics;

namespace Governance.Tests.EndToEnd;

/// <summary>Producers change their schemas while the interceptor runs: what lands, what stands in the masked topic, and what waits.</summary>
public sealed class EvolutionTests(ITestOutputHelper output)
{
    private const string BothWays = "{ to: [warehouse, topic], key: id }";
    private const long Start = 1_780_000_000_000;

    // So long a change may hold up its topic. The machine that runs tests is busy: what is meant is seconds, and no minutes.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private const string Id = """{"name":"id","type":"string"}""";
    private const string Number = """{"name":"number","type":"int"}""";
    private const string Nick = """{"name":"nick","type":["null","string"],"default":null}""";

    private static readonly string[] s_narrow = [Identifier("id", "customer_id"), Public("number", "integer")];
    private static readonly string[] s_wide = [.. s_narrow, Personal("nick", "seal")];

    [Fact]
    public async Task Interceptor_ANewOptionalFieldThatTheContractClassifies_WidensTableAndMaskedSchemaAtOnce()
    {
        await using var topics = await OwnTopics.StartAsync();
        await topics.PublishAsync("growing", "1.0.0", BothWays, s_narrow);
        var (old, grown) = (Schema(Id, Number), Schema(Id, Number, Nick));
        var first = await topics.RegisterAsync("growing", old);
        for (var number = 0; number < 20; number++)
        {
            topics.Send("growing", Key(number), Value(first, old, Person(number), number), number % 4, Start + number);
        }

        topics.Flush();
        await topics.SettledAsync("growing", 20, 20);

        await topics.PublishAsync("growing", "1.1.0", BothWays, s_wide);
        var second = await topics.RegisterAsync("growing", grown);
        var since = Stopwatch.GetTimestamp();
        for (var number = 20; number < 40; number++)
        {
            // Not all producers are new at the same moment, and not all have a value.
            var value =
                number % 4 == 0
                    ? Value(first, old, Person(number), number)
                    : Value(second, grown, Person(number), number, number % 4 == 1 ? null : $"Wendy {number}");
            topics.Send("growing", Key(number), value, number % 4, Start + number);
        }

        topics.Flush();
        await topics.SettledAsync("growing", 40, 40);
        var took = Stopwatch.GetElapsedTime(since);

        output.WriteLine($"the first records of the new schema went both ways within {took}");
        took.Should().BeLessThan(s_patience);
        (await topics.QuarantineAsync()).Should().BeEmpty();
        var latest = await LatestAsync(topics, "growing");
        latest.Should().ContainKey("nick").WhoseValue.Should().Be("""["null","string"]""");
        var delivered = await topics.ReadAsync("growing.masked", 40);
        delivered.Should().HaveCount(40);
        delivered
            .Where(message => message.Fields.GetValueOrDefault("nick") is string)
            .Select(message => (int)message.Fields["number"]!)
            .Order()
            .Should()
            .Equal(Enumerable.Range(20, 20).Where(number => number % 4 > 1));

        using var warehouse = await topics.StopAsync();
        warehouse
            .Rows("SELECT number, nick IS NULL, coalesce(nick LIKE '%Wendy%', false) FROM growing ORDER BY number")
            .Select(row => ((int)row[0], (bool)row[1], (bool)row[2]))
            .Should()
            .Equal(Enumerable.Range(0, 40).Select(number => (number, number < 20 || number % 4 < 2, false)));
    }

    [Fact]
    public async Task Interceptor_AFieldThatNoContractClassifies_WaitsAndIsReplayedAsIfNothingHadHappened()
    {
        await using var topics = await OwnTopics.StartAsync();
        // The same records in two topics of one vault: what the one had to wait for the other never did.
        await topics.PublishAsync("late", "1.0.0", BothWays, s_narrow);
        await topics.PublishAsync("calm", "1.0.0", BothWays, s_wide);
        var (old, grown) = (Schema(Id, Number), Schema(Id, Number, Nick));
        var ids = new Dictionary<string, int>();
        foreach (var topic in new[] { "late", "calm" })
        {
            ids["old"] = await topics.RegisterAsync(topic, old);
            ids["grown"] = await topics.RegisterAsync(topic, grown);
        }

        void Send(int from, int to)
        {
            for (var number = from; number < to; number++)
            {
                var value =
                    number % 3 == 0
                        ? Value(ids["old"], old, Person(number), number)
                        : Value(ids["grown"], grown, Person(number), number, number % 3 == 1 ? null : $"N {number}");
                topics.Send("late", Key(number), value, number % 4, Start + number);
                topics.Send("calm", Key(number), value, number % 4, Start + number);
            }

            topics.Flush();
        }

        Send(0, 60);
        await topics.SettledAsync("calm", 60, 60);
        await topics.SettledAsync("late", 60, 20);
        await Wait.UntilAsync(async () => (await topics.QuarantineAsync()).Count == 80, "both ways keep theirs");
        (await topics.QuarantineAsync())
            .Should()
            .OnlyContain(kept => kept.Topic == "late" && kept.Code == EventFaults.UnclassifiedField);
        (await StandingAsync(topics, "late")).Should().Be("running", "such events wait; their topic does not");
        var still = await topics.Client.PostAsync("pipeline", "quarantine/replay", new { topic = "late" });
        (still.GetProperty("landed").GetInt32(), still.GetProperty("remaining").GetInt32()).Should().Be((0, 80));

        await topics.PublishAsync("late", "1.1.0", BothWays, s_wide);
        Send(60, 90);
        var replay = await topics.Client.PostAsync("pipeline", "quarantine/replay", new { topic = "late" });

        (replay.GetProperty("landed").GetInt32(), replay.GetProperty("remaining").GetInt32()).Should().Be((80, 0));
        await topics.SettledAsync("calm", 90, 90);
        await topics.SettledAsync("late", 90, 50);
        (await topics.QuarantineAsync()).Should().BeEmpty();
        var again = await topics.Client.PostAsync("pipeline", "quarantine/replay", new { topic = "late" });
        again.GetProperty("landed").GetInt32().Should().Be(0);
        var undisturbed = (await topics.ReadAsync("calm.masked", 90)).Select(message => message.Content).Order();
        var replayed = (await topics.ReadAsync("late.masked", 90)).Select(message => message.Content).Order();
        replayed.Should().HaveCount(90).And.Equal(undisturbed);

        using var warehouse = await topics.StopAsync();
        var rows = Rows(warehouse, "late");
        rows.Should().HaveCount(90).And.Equal(Rows(warehouse, "calm"));
        rows.Should().OnlyHaveUniqueItems();

        static List<string> Rows(WarehouseFile warehouse, string table) =>
            warehouse.Texts(
                $"SELECT to_json(row)::VARCHAR FROM (SELECT * EXCLUDE (_ingested_at) FROM {table}) AS row ORDER BY 1"
            );
    }

    [Fact]
    public async Task Interceptor_PromotedTypes_WidenColumnsAndTheDerivedSchemaFollowsTheWriters()
    {
        await using var topics = await OwnTopics.StartAsync();
        await topics.PublishAsync(
            "promoted",
            "1.0.0",
            BothWays,
            [
                Identifier("id", "customer_id"),
                Public("small", "integer"),
                Public("single", "number"),
                Public("whole", "integer"),
                Public("part", "number"),
                Personal("secret", "seal", "integer"),
                Personal("words", "seal"),
            ]
        );
        static string Of(string small, string single, string whole, string part, string secret, string words) =>
            Schema(
                Id,
                Field("small", small),
                Field("single", single),
                Field("whole", whole),
                Field("part", part),
                Field("secret", secret),
                Field("words", words)
            );
        var narrow = Of("int", "float", "long", "int", "int", "string");
        var wide = Of("long", "double", "double", "float", "long", "bytes");
        var ids = (
            Narrow: await topics.RegisterAsync("promoted", narrow),
            Wide: await topics.RegisterAsync("promoted", wide)
        );
        void Send(int number)
        {
            var value =
                number % 2 == 0
                    ? Value(ids.Narrow, narrow, Person(0), number, 0.5f, 4_000_000_000L, 7, 5, "words")
                    : Value(ids.Wide, wide, Person(0), 5_000_000_000L, 0.1d, 0.25d, 0.75f, 5L, "words"u8.ToArray());
            topics.Send("promoted", Key(0), value, 0, Start + number);
        }

        Send(0);
        topics.Flush();
        await topics.SettledAsync("promoted", 1, 1);
        Send(1);
        // A producer that is not new yet.
        Send(2);
        topics.Flush();
        await topics.SettledAsync("promoted", 3, 3);

        (await topics.QuarantineAsync()).Should().BeEmpty();
        (await StandingAsync(topics, "promoted")).Should().Be("running");
        (await LatestAsync(topics, "promoted"))
            .Should()
            .BeEquivalentTo(
                new Dictionary<string, string>
                {
                    ["id"] = """{"type":"string","logicalType":"uuid"}""",
                    ["small"] = "\"long\"",
                    ["single"] = "\"double\"",
                    ["whole"] = "\"double\"",
                    ["part"] = "\"float\"",
                    ["secret"] = "\"string\"",
                    ["words"] = "\"string\"",
                }
            );
        var delivered = await topics.ReadAsync("promoted.masked", 3);
        delivered.Select(message => message.Fields["small"]).Should().Equal(0, 5_000_000_000L, 2);
        delivered.Select(message => message.Fields["part"]).Should().Equal(7, 0.75f, 7);
        // A sealed number is its digits, whatever type held it.
        delivered.Select(message => message.Fields["secret"]).Distinct().Should().ContainSingle();

        using var warehouse = await topics.StopAsync();
        warehouse
            .Texts(
                "SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = 'promoted' AND column_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY column_index"
            )
            .Should()
            .Equal(
                "id UUID",
                "small BIGINT",
                "single DOUBLE",
                "whole DOUBLE",
                "part DOUBLE",
                "secret VARCHAR",
                "words VARCHAR"
            );
        warehouse
            .Rows("SELECT small, single, whole, part FROM promoted ORDER BY _offset")
            .Select(row => (row[0], row[1], row[2], row[3]))
            .Should()
            .Equal((0L, 0.5d, 4e9d, 7d), (5_000_000_000L, 0.1d, 0.25d, 0.75d), (2L, 0.5d, 4e9d, 7d));
        warehouse.Texts("SELECT count(DISTINCT secret) FROM promoted").Should().Equal("1");
    }

    [Fact]
    public async Task Interceptor_ADroppedField_LandsAsNullAndLeavesTheMaskedSchema()
    {
        await using var topics = await OwnTopics.StartAsync();
        await topics.PublishAsync("shrinking", "1.0.0", BothWays, s_wide);
        var (full, less) = (Schema(Id, Number, Nick), Schema(Id, Number));
        var first = await topics.RegisterAsync("shrinking", full);
        var second = await topics.RegisterAsync("shrinking", less);
        topics.Send("shrinking", Key(0), Value(first, full, Person(0), 0, "Wendy"), 0, Start);
        topics.Send("shrinking", Key(1), Value(second, less, Person(1), 1), 0, Start);
        topics.Send("shrinking", Key(2), Value(first, full, Person(2), 2, "Wanda"), 0, Start);
        topics.Flush();
        await topics.SettledAsync("shrinking", 3, 3);

        (await topics.QuarantineAsync()).Should().BeEmpty();
        (await LatestAsync(topics, "shrinking")).Keys.Should().Equal("id", "number");
        (await topics.ReadAsync("shrinking.masked", 3))
            .Select(message => message.Fields.ContainsKey("nick"))
            .Should()
            .Equal(true, false, true);

        using var warehouse = await topics.StopAsync();
        warehouse
            .Rows("SELECT number, nick IS NULL FROM shrinking ORDER BY number")
            .Select(row => ((int)row[0], (bool)row[1]))
            .Should()
            .Equal((0, false), (1, true), (2, false));
    }

    [Fact]
    public async Task Interceptor_AChangeThatNoColumnHolds_HaltsThatDatasetAndGoesOnWhenTheContractMakesRoom()
    {
        await using var topics = await OwnTopics.StartAsync();
        const string warehouseOnly = "warehouse";
        string[] open = [Identifier("id", "customer_id"), Public("note")];
        await topics.PublishAsync("clashing", "1.0.0", warehouseOnly, open);
        await topics.PublishAsync("other", "1.0.0", warehouseOnly, open);
        var (text, bytes) = (Schema(Id, Field("note", "string")), Schema(Id, Field("note", "bytes")));
        var ids = new Dictionary<string, (int Text, int Bytes)>();
        foreach (var topic in new[] { "clashing", "other" })
        {
            ids[topic] = (await topics.RegisterAsync(topic, text), await topics.RegisterAsync(topic, bytes));
            topics.Send(topic, null, Value(ids[topic].Text, text, Person(0), "a note"), 0, Start);
        }

        topics.Flush();
        await topics.SettledAsync("clashing", 1, 0);
        topics.Send("clashing", null, Value(ids["clashing"].Bytes, bytes, Person(1), "b"u8.ToArray()), 0, Start + 1);
        topics.Send("clashing", null, Value(ids["clashing"].Text, text, Person(2), "behind it"), 0, Start + 2);
        topics.Flush();
        await Wait.UntilAsync(async () => await StandingAsync(topics, "clashing") == "halted", "it is halted");
        topics.Send("other", null, Value(ids["other"].Text, text, Person(3), "goes on"), 0, Start + 3);
        topics.Flush();
        await topics.SettledAsync("other", 2, 0);

        topics.Of("clashing").Consumed.Should().Be(1, "its order holds: nothing behind the change lands before it");
        (await topics.QuarantineAsync()).Should().BeEmpty("no event is to blame");
        var standing = await StandingOfAsync(topics, "clashing");
        standing.GetProperty("code").GetString().Should().Be(StreamHalts.TableRefused);
        standing.GetProperty("reason").GetString().Should().Contain("note").And.Contain("VARCHAR").And.Contain("BLOB");

        // Sealed it is text, whatever the producer writes: a column for both.
        await topics.PublishAsync(
            "clashing",
            "1.1.0",
            warehouseOnly,
            [Identifier("id", "customer_id"), Personal("note", "seal")]
        );
        await topics.Client.PostAsync("pipeline", "streams/clashing/resume", new { });
        await topics.SettledAsync("clashing", 3, 0);

        using var warehouse = await topics.StopAsync();
        warehouse.Texts("SELECT _offset FROM clashing ORDER BY rowid").Should().Equal("0", "1", "2");
        warehouse.Texts("SELECT count(*) FROM other").Should().Equal("2");
    }

    private static string Field(string name, string type) => $$"""{"name":"{{name}}","type":"{{type}}"}""";

    private static string Person(int number) => $"C-{number % 7}";

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes(Person(number));

    private static async Task<Dictionary<string, string>> LatestAsync(OwnTopics topics, string topic)
    {
        var latest = await topics.Registry.GetLatestAsync($"{topic}.masked-value", CancellationToken.None);
        return JsonNode.Parse(latest.Schema)!["fields"]!
            .AsArray()
            .ToDictionary(
                field => field!["name"]!.GetValue<string>(),
                field => Bare(field!["type"]!).ToJsonString(),
                StringComparer.Ordinal
            );
    }

    // {"type":"long"} is long.
    private static JsonNode Bare(JsonNode type) =>
        type switch
        {
            JsonObject { Count: 1 } only when only["type"] is { } inner => Bare(inner),
            JsonArray branches => new JsonArray([.. branches.Select(branch => Bare(branch!))]),
            _ => type.DeepClone(),
        };

    private static async Task<string> StandingAsync(OwnTopics topics, string topic) =>
        (await StandingOfAsync(topics, topic)).GetProperty("state").GetString()!;

    private static async Task<JsonElement> StandingOfAsync(OwnTopics topics, string topic) =>
        (await topics.Client.GetAsync("pipeline", "streams"))
            .GetProperty("streams")
            .EnumerateArray()
            .Single(stream => stream.GetProperty("topic").GetString() == topic)
            .GetProperty("standing");
}
