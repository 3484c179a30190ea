using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support;

namespace Governance.Tests.Kafka;

/// <summary>Topics into masked topics, over a broker. The mock cluster takes transactions and does not honour them: see ops/docs/streams.md.</summary>
public sealed class TopicDeliveryTests
{
    [Fact]
    public async Task RunAsync_ToATopic_KeepsPartitionOrderAndKeyOfEachRecord()
    {
        await using var world = new StreamWorld(Notes.Of(Notes.ToTopic));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        for (var number = 0; number < 40; number++)
        {
            var id = $"C-{number % 5}";
            world.Writer.Send(
                Notes.Topic,
                Encoding.UTF8.GetBytes(id),
                Notes.Value(schema, id, $"word {number}"),
                number % 5 % 4
            );
        }

        world.Writer.Flush();
        var member = world.Start();
        var found = world.Read("notes.masked", 40);

        found.Should().HaveCount(40);
        foreach (var number in Enumerable.Range(0, 5))
        {
            var surrogate = world.SurrogateOf("customer_id", $"C-{number}");
            var ofKey = found.Where(message => Encoding.UTF8.GetString(message.Message.Key) == surrogate).ToArray();
            ofKey.Should().HaveCount(8);
            ofKey.Should().OnlyContain(message => message.Partition.Value == number % 4);
        }

        found
            .Select(message => Encoding.UTF8.GetString(message.Message.Value))
            .Should()
            .NotContain(text => text.Contains("word"));
        await Wait.UntilAsync(() => Task.FromResult(member.Of(Notes.Topic).Delivered == 40), "all is counted");
        member.Of(Notes.Topic).Masked.Should().Be(40);
        world.Sink.Rows.Should().BeEmpty("it does not go to the warehouse");
    }

    [Fact]
    public async Task RunAsync_BothWays_LandsAndDeliversAndCountsOnce()
    {
        await using var world = new StreamWorld(Notes.Of(Notes.Both));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        for (var number = 0; number < 20; number++)
        {
            world.Writer.Send(Notes.Topic, "C-1"u8.ToArray(), Notes.Value(schema, "C-1"), number % 4);
        }

        // No contract says anything of this key: it is masked into the warehouse, where keys do not go, and goes to no topic.
        world.Writer.Send(Notes.Topic, [0xFF], Notes.Value(schema, "C-2"), 0);
        world.Writer.Flush();
        var member = world.Start();

        world.Read("notes.masked", 20).Should().HaveCount(20);
        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count == 21), "all rows have landed");
        world
            .Quarantine.Kept.Should()
            .ContainSingle()
            .Which.Should()
            .Match<QuarantinedEvent>(kept => kept.Way == WaysOut.Topic && kept.Code == EventFaults.MalformedKey);
        var opened = QuarantineSeal.Open(
            world.Bench.Keys,
            world.Quarantine.Kept.Single().Sealed,
            Notes.Topic,
            0,
            world.Quarantine.Kept.Single().Offset,
            DateTimeOffset.UnixEpoch
        )!;
        opened.Key!.Value.ToArray().Should().Equal((byte)0xFF);
        member.Of(Notes.Topic).Masked.Should().Be(21, "the warehouse counts");
        member.Of(Notes.Topic).Quarantined.Should().Be(0);
    }

    [Fact]
    public async Task RunAsync_ATableThatCannotHoldTheSchema_HaltsThatTopicAndNoOther()
    {
        var others = Notes.Of(Delivery.Warehouse, "others");
        await using var world = new StreamWorld(Notes.Of(Delivery.Warehouse), others);
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        world.Sink.Refused["notes"] = true;
        var member = world.Start();
        for (var number = 0; number < 30; number++)
        {
            world.Writer.Send(
                number % 2 == 0 ? "notes" : "others",
                null,
                Notes.Value(schema, $"C-{number}"),
                number % 4
            );
        }

        world.Writer.Flush();
        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count == 15), "the others have landed");
        await Wait.UntilAsync(
            () => Task.FromResult(world.States.CodeOf("notes") == StreamHalts.TableRefused),
            "the topic is halted"
        );
        world.Quarantine.Kept.Should().BeEmpty();
        member.Interceptor.Trouble.Should().BeNull();

        world.Sink.Refused.Clear();
        world.States.Resume("notes");

        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count == 30), "what was held has landed");
        world.Sink.Rows.Select(row => (row.Topic, row.Partition, row.Offset)).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task RunAsync_ARegistryThatRefusesTheMaskedSchema_HaltsUntilResumed()
    {
        await using var world = new StreamWorld(Notes.Of(Notes.ToTopic));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        world.Registry.Refused["notes.masked-value"] = true;
        world.Writer.Send(Notes.Topic, "C-1"u8.ToArray(), Notes.Value(schema, "C-1"), 0);
        world.Writer.Flush();
        world.Start();
        await Wait.UntilAsync(
            () => Task.FromResult(world.States.CodeOf("notes") == StreamHalts.MaskedSchemaRefused),
            "the topic is halted"
        );

        world.Registry.Refused.Clear();
        world.States.Resume("notes");

        world.Read("notes.masked", 1).Should().ContainSingle();
        world.Quarantine.Kept.Should().BeEmpty();
    }

    [Fact]
    public async Task RunAsync_APausedTopic_StandsStillAndGoesOnWhereItStood()
    {
        await using var world = new StreamWorld(Notes.Of(Delivery.Warehouse), Notes.Of(Delivery.Warehouse, "others"));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        world.Start();
        void Send(int count)
        {
            for (var number = 0; number < count; number++)
            {
                world.Writer.Send("notes", null, Notes.Value(schema, "C-1"), number % 4);
                world.Writer.Send("others", null, Notes.Value(schema, "C-1"), number % 4);
            }

            world.Writer.Flush();
        }

        int Landed(string topic) => world.Sink.Rows.Count(row => row.Topic == topic);

        Send(8);
        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count == 16), "the first have landed");
        world.States.Pause("notes");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Send(20);
        await Wait.UntilAsync(() => Task.FromResult(Landed("others") == 28), "the others go on");
        Landed("notes").Should().Be(8);

        world.States.Resume("notes");

        await Wait.UntilAsync(() => Task.FromResult(Landed("notes") == 28), "the paused ones have landed");
        world.Sink.Rows.Select(row => (row.Topic, row.Partition, row.Offset)).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task RunAsync_ASlowWarehouse_SlowsConsumptionAndHoldsOneBatch()
    {
        await using var world = new StreamWorld(Notes.Of(Delivery.Warehouse));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        for (var number = 0; number < 2_000; number++)
        {
            world.Writer.Send("notes", null, Notes.Value(schema, $"C-{number % 50}"), number % 4);
        }

        world.Writer.Flush();
        world.Sink.Slowness = TimeSpan.FromMilliseconds(100);
        var member = world.Start(options => options.BatchSize = 100);

        await Wait.UntilAsync(() => Task.FromResult(member.Of("notes").Masked >= 500), "some have landed");
        var landed = world.Sink.Rows.Count;
        landed.Should().BeLessThan(2_000, "the warehouse is slow");
        world.Sink.Largest.Should().BeLessThanOrEqualTo(100, "one batch is in hand, whatever the lag");
        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count == 2_000), "all land in the end");
    }

    [Fact]
    public async Task RunAsync_PartsThatAreAwayForAWhile_LoseNothingAndDoubleNoRow()
    {
        await using var world = new StreamWorld(Notes.Of(Notes.Both));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        world.Registry.IsAway = true;
        var first = world.Start(options => options.BatchSize = 20);
        var second = world.Start(options => options.BatchSize = 20);
        const int sent = 600;
        for (var number = 0; number < sent; number++)
        {
            var id = $"C-{number % 30}";
            world.Writer.Send(
                Notes.Topic,
                Encoding.UTF8.GetBytes(id),
                Notes.Value(schema, id, $"w{number}"),
                number % 4
            );
            if (number % 100 == 50)
            {
                world.Writer.Flush();
                world.Registry.IsAway = !world.Registry.IsAway;
                await Task.Delay(200, TestContext.Current.CancellationToken);
                world.Sink.IsAway = !world.Sink.IsAway;
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }

        world.Writer.Flush();
        world.Quarantine.Kept.Should().BeEmpty("a part that is away is no fault of an event");
        (world.Registry.IsAway, world.Sink.IsAway) = (false, false);

        await Wait.UntilAsync(
            () => Task.FromResult(world.Sink.Rows.Count >= sent),
            () => $"all have landed, {world.Sink.Rows.Count} of {sent} have"
        );
        world.Sink.Rows.Select(row => (row.Topic, row.Partition, row.Offset)).Should().OnlyHaveUniqueItems();
        await Wait.UntilAsync(
            () => Task.FromResult(first.Of(Notes.Topic).Delivered + second.Of(Notes.Topic).Delivered >= sent),
            "all are delivered"
        );
        // The mock cluster keeps what was aborted, too: what is there may be there twice, and nothing is missing.
        world
            .Read("notes.masked", sent)
            .Select(message => Convert.ToHexString(message.Message.Value))
            .Distinct()
            .Should()
            .HaveCount(sent);
        world.Quarantine.Kept.Should().BeEmpty();
    }

    [Fact]
    public async Task RunAsync_MembersThatComeAndGo_LoseAndDoubleNoRow()
    {
        await using var world = new StreamWorld(Notes.Of(Delivery.Warehouse), Notes.Of(Delivery.Warehouse, "others"));
        var schema = await world.Registry.RegisterAsync("notes-value", Notes.Schema, default);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var number = 0; number < 40; number++)
                {
                    var topic = number % 2 == 0 ? "notes" : "others";
                    world.Writer.Send(topic, null, Notes.Value(schema, $"C-{number}"), number / 2 % 4);
                    sent++;
                }

                await Task.Delay(20);
            }
        });

        var first = world.Start(options => options.BatchSize = 50);
        await Wait.UntilAsync(() => Task.FromResult(world.Sink.Rows.Count > 100), "the first lands");
        var second = world.Start(options => options.BatchSize = 50);
        await Wait.UntilAsync(() => Task.FromResult(Consumed(second) > 100), "the second takes over partitions");
        var before = Consumed(first);
        await Wait.UntilAsync(() => Task.FromResult(Consumed(first) > before), "the first keeps some");
        await first.StopAsync();
        var third = world.Start(options => options.BatchSize = 50);
        await Wait.UntilAsync(() => Task.FromResult(Consumed(third) > 100), "the third takes over partitions");
        await second.StopAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await sending;
        world.Writer.Flush();

        await Wait.UntilAsync(
            () => Task.FromResult(world.Sink.Rows.Count >= sent),
            () => $"all {sent} have landed, {world.Sink.Rows.Count} have"
        );
        world.Sink.Rows.Select(row => (row.Topic, row.Partition, row.Offset)).Should().OnlyHaveUniqueItems();
        world.Sink.Rows.Should().HaveCount(sent);

        static long Consumed(StreamWorld.Member member) => member.Statistics.Read().Sum(state => state.Consumed);
    }
}
