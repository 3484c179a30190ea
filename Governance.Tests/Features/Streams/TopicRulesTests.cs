using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Governance.Api.Features.Streams.Hygiene;
using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Streams;

/// <summary>A contract's demands, compared with answers in the form that librdkafka gives them. A real broker was not asked.</summary>
public sealed class TopicRulesTests
{
    private const long Day = 86_400_000;

    // As a broker of Kafka 3.9 answers for a topic that nobody has set anything on.
    private static readonly Dictionary<string, string> s_defaults = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = "604800000",
        ["retention.bytes"] = "-1",
        ["segment.ms"] = "604800000",
        ["delete.retention.ms"] = "86400000",
        ["min.compaction.lag.ms"] = "0",
        ["max.compaction.lag.ms"] = "9223372036854775807",
    };

    [Fact]
    public void Compare_AsDemanded_FindsNothing() => Compare(Dataset()).Should().BeEmpty();

    [Theory]
    [InlineData("-1", "without end")]
    [InlineData("9223372036854775807", "without end")]
    [InlineData("691200000", "8 days")]
    public void Compare_KeptForLonger_NamesSettingDemandAndNextStep(string time, string found)
    {
        var finding = Compare(Dataset(), ("retention.ms", time)).Should().ContainSingle().Subject;

        finding.Code.Should().Be("kept_longer");
        finding.Setting.Should().Be("retention.ms");
        finding.Demanded.Should().Be("7 days or less");
        finding.Found.Should().Be(found);
        finding.Next.Should().Contain($"retention.ms={7 * Day}").And.Contain("readings");
    }

    [Fact]
    public void Compare_WhatTheContractSays_GoesBeforeTheSetting()
    {
        var dataset = Dataset() with { TopicRetention = new RetentionPeriod(14, "d") };

        Compare(dataset, ("retention.ms", $"{14 * Day}")).Should().BeEmpty();
        Codes(dataset, ("retention.ms", $"{15 * Day}")).Should().Equal("kept_longer");
        Codes(dataset, ("retention.ms", $"{7 * Day}")).Should().Equal("kept_shorter");
    }

    [Fact]
    public void Compare_RowsKeptForLessThanTheSetting_BoundTheTopicToo()
    {
        var dataset = Dataset() with { Retention = new RetentionPeriod(3, "d") };

        Codes(dataset).Should().Equal("kept_longer");
        Codes(dataset, ("retention.ms", $"{3 * Day}")).Should().BeEmpty();
    }

    [Fact]
    public void Compare_CompactedAndNobodySaysByWhat_IsAFinding() =>
        Codes(Dataset(), ("cleanup.policy", "compact"), ("max.compaction.lag.ms", $"{Day}"))
            .Should()
            .Equal("compacted");

    [Fact]
    public void Compare_CompactedAsTheContractSays_WantsCompactionInTime()
    {
        var dataset = Dataset() with { CompactedBy = "mpan" };

        Codes(dataset).Should().Equal("not_compacted");
        Codes(dataset, ("cleanup.policy", "compact")).Should().Equal("compaction_may_wait");
        Codes(dataset, ("cleanup.policy", "compact"), ("max.compaction.lag.ms", $"{7 * Day}")).Should().BeEmpty();
        Codes(
                dataset,
                ("cleanup.policy", "compact,delete"),
                ("retention.ms", $"{8 * Day}"),
                ("max.compaction.lag.ms", $"{8 * Day}"),
                ("min.compaction.lag.ms", $"{8 * Day}"),
                ("delete.retention.ms", $"{8 * Day}")
            )
            .Should()
            .Equal("kept_longer", "compaction_may_wait", "compaction_too_late", "tombstones_stay");
        // Compaction alone: how long a topic of records keeps them is no matter.
        Codes(dataset, ("cleanup.policy", "compact"), ("retention.ms", "-1"), ("max.compaction.lag.ms", $"{Day}"))
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Compare_DataOfNobody_DemandsNothing() =>
        Compare(Support.Contracts.Dataset("tariffs", null, Support.Contracts.Public("price")), ("retention.ms", "-1"))
            .Should()
            .BeEmpty();

    [Fact]
    public void Compare_NotKnown_IsNoFindingAndNotFineEither() =>
        TopicRules.Compare(Dataset(), TopicConfig.NotKnown("TopicAuthorizationFailed"), 7).Should().BeEmpty();

    [Fact]
    public async Task Read_OfABrokerThatRefuses_SaysThatItIsNotKnown()
    {
        // librdkafka's own cluster does not answer DescribeConfigs.
        using var broker = new MockBroker("readings");
        await using var host = await SandboxHost.StartAsync([
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            "--Governance:Kafka:SourceId=a-log",
        ]);
        using var client = new ServiceClient(host.Address);

        var findings = await client.GetAsync("auditor", "streams/findings");

        var topics = findings.GetProperty("topics").EnumerateArray().ToArray();
        topics.Should().HaveCount(8);
        foreach (var topic in topics)
        {
            topic.GetProperty("state").GetString().Should().Be("unknown");
            topic.GetProperty("why").GetString().Should().NotBeNullOrEmpty();
            topic.GetProperty("next").GetString().Should().Contain("DescribeConfigs");
        }

        var streams = await client.GetAsync("pipeline", "streams");
        streams
            .GetProperty("streams")
            .EnumerateArray()
            .Should()
            .OnlyContain(stream => stream.GetProperty("rawTopic").GetString() == "unknown");
    }

    private static Dataset Dataset() =>
        Support.Contracts.Dataset("readings", "mpan", Support.Contracts.Identifier("mpan", "mpan", Link.Owns));

    private static IEnumerable<string> Codes(Dataset dataset, params (string Name, string Value)[] set) =>
        Compare(dataset, set).Select(finding => finding.Code);

    private static IReadOnlyList<TopicFinding> Compare(Dataset dataset, params (string Name, string Value)[] set)
    {
        var values = new Dictionary<string, string>(s_defaults, StringComparer.Ordinal);
        foreach (var (name, value) in set)
        {
            values[name] = value;
        }

        var answer = new DescribeConfigsResult
        {
            ConfigResource = new ConfigResource { Type = ResourceType.Topic, Name = dataset.Topic },
            Entries = values.ToDictionary(
                pair => pair.Key,
                pair => new ConfigEntryResult { Name = pair.Key, Value = pair.Value },
                StringComparer.Ordinal
            ),
        };
        return TopicRules.Compare(dataset, KafkaTopicConfigs.Of(answer), defaultDays: 7);
    }
}
