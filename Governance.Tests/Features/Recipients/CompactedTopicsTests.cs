using System.Text;
using Confluent.Kafka;
using Governance.Api.Features.Recipients;
using Governance.Api.Features.Recipients.Erasures;
using Governance.Api.Features.Recipients.Topics;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Recipients;

public sealed class CompactedTopicsTests
{
    [Fact]
    public async Task Erasure_CutOffWhileTheVaultIsDestroyed_HasWrittenATombstoneOfEachKeyBefore()
    {
        using var broker = new MockBroker("customers", "told");
        await using var world = await RecipientWorld.CreateAsync(
            options => options.Topics.Add(new TopicRecipient { Name = "crm", Topic = "told" }),
            services =>
            {
                services.AddSingleton<IKafkaEndpoint>(new Endpoint(broker.BootstrapServers));
                services.AddSingleton<RecordWriter>();
                services.AddSingleton<INoticeSender, TopicSender>();
                services.AddSingleton<IErasureAftermath, CompactedTopics>();
            }
        );
        Dataset[] tables =
        [
            .. EnergyTables.All.Select(one => one.Name == "customers" ? one with { CompactedBy = "customer_id" } : one),
        ];
        world.Current = EnergyTables.Catalog(tables);
        await EnergyPeople.LandAsync(world);
        world.Points.Stop(ErasureSteps.OwnedDestroyed);

        var request = await world.SubmitAsync(("customer_id", "C-ANN"));
        await world.VerifyAsync(request.Id);
        await world.ApproveAsync(request.Id);
        await world.Invoking(one => one.RunAsync(request.Id)).Should().ThrowAsync<StoppedException>();
        await world.RestartAsync();
        await world.RunAsync(request.Id);
        await world.SendAsync();

        var told = (await world.GetAsync(request.Id)).Recipients.Single();
        (told.Kind, told.State).Should().Be(("kafka", "delivered"));
        var records = Read(broker, "customers");
        records.Should().OnlyContain(record => record.Message.Value == null);
        records.Select(record => Encoding.UTF8.GetString(record.Message.Key)).Distinct().Should().Equal("C-ANN");
        records.Select(record => record.Partition.Value).Should().OnlyHaveUniqueItems().And.HaveCount(4);
        var notice = Read(broker, "told").Single();
        Encoding.UTF8.GetString(notice.Message.Key).Should().Be(request.Id.ToString());
        Encoding.UTF8.GetString(notice.Message.Headers.GetLastBytes("webhook-id")).Should().Be($"{told.Notification}");
        Encoding
            .UTF8.GetString(notice.Message.Value)
            .Should()
            .Contain("subject_request.erased")
            .And.NotContain("C-ANN");
        (await world.LedgerAsync())
            .Should()
            .ContainSingle(entry => entry.Payload.Contains("topic.tombstones-written", StringComparison.Ordinal))
            .Which.Payload.Should()
            .NotContain("C-ANN");
    }

    private static List<ConsumeResult<byte[], byte[]>> Read(MockBroker broker, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = broker.BootstrapServers,
                GroupId = "reader",
                EnablePartitionEof = true,
            }
        ).Build();
        consumer.Assign(
            Enumerable.Range(0, 4).Select(one => new TopicPartitionOffset(topic, one, Offset.Beginning)).ToList()
        );
        var records = new List<ConsumeResult<byte[], byte[]>>();
        for (var ends = 0; ends < 4; )
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(20));
            ends += record.IsPartitionEOF ? 1 : 0;
            if (!record.IsPartitionEOF)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private sealed record Endpoint(string BootstrapServers) : IKafkaEndpoint
    {
        public string SourceId => "test";

        public Task WaitUntilFilledAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
