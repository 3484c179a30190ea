using System.Text.Json;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>A service that was away for longer than the broker keeps records.</summary>
public sealed class TrimmedTopicTests
{
    private const string Topic = "customers";

    [Fact]
    public async Task Service_BackAfterItsRecordsWereTrimmed_SaysHowManyAndGoesOn()
    {
        await using var neighbour = await SandboxHost.StartAsync();
        using var folder = new TemporaryFolder();
        var broker = neighbour.Services.GetRequiredService<IKafkaEndpoint>();
        using var writer = new TopicWriter(broker.BootstrapServers);
        string[] settings =
        [
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            "--Governance:Kafka:SourceId=a-log",
            "--Governance:Interceptor:GroupId=another",
        ];
        await using (var before = await SandboxHost.StartAsync(settings, dataDirectory: folder.Path))
        {
            Send("seen");
            using var client = new ServiceClient(before.Address);
            // An event is in quarantine before its position is kept; without a position nothing can be told as lost.
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("consumed") == 1,
                "the first event's position is kept"
            );
        }

        // The sandbox's broker keeps 5 MB of a partition.
        for (var unseen = 0; unseen < 4; unseen++)
        {
            Send(new string('x', 2_000_000));
        }

        Send("the last");
        await using var after = await SandboxHost.StartAsync(settings, dataDirectory: folder.Path);
        using var again = new ServiceClient(after.Address);
        var (lost, consumed) = (0L, 0L);
        await Wait.UntilAsync(
            async () =>
            {
                lost = await again.StreamTotalAsync("lost");
                consumed = await again.StreamTotalAsync("consumed");
                return lost > 0 && lost + consumed == 5;
            },
            () =>
                $"what the broker still has is consumed; {consumed} were, {lost} are told as lost; {string.Join('\n', after.Logs)}"
        );
        (await again.GetAsync("pipeline", "streams")).GetProperty("trouble").ValueKind.Should().Be(JsonValueKind.Null);
        await QuarantinedAsync(again, 1 + 5 - lost);

        void Send(string text)
        {
            writer.Send(Topic, null, System.Text.Encoding.UTF8.GetBytes(text), partition: 3);
            writer.Flush();
        }
    }

    private static Task QuarantinedAsync(ServiceClient client, long events) =>
        Wait.UntilAsync(
            async () => (await client.QuarantinedAsync(Topic)).Sum(count => count.Events) == events,
            () => $"{events} events in quarantine"
        );
}
