using System.Text;
using System.Text.Json;
using Governance.Api.Features.Suppression;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Tests.EndToEnd.OwnTopics;

namespace Governance.Tests.EndToEnd;

/// <summary>Events of erased people that are newer than the erasure: dropped, and somebody is told.</summary>
public sealed class ReturningPeopleTests
{
    private const string BothWays = "{ to: [warehouse, topic], key: id }";

    [Fact]
    public async Task Interceptor_EventsNewerThanAnErasure_AreDroppedCountedAndAFindingUntilTheContractTakesThem()
    {
        await using var topics = await StartAsync();
        await topics.PublishAsync("again", "1.0.0", BothWays, Identifier("id", "customer_id"));
        var schema = Schema("""{"name":"id","type":"string"}""");
        var id = await topics.RegisterAsync("again", schema);
        topics
            .Host.Services.GetRequiredService<Identifiers>()
            .TryGetKey("customer_id", "C-ERASED"u8, out var erased)
            .Should()
            .BeTrue();
        await topics
            .Host.Services.GetRequiredService<ISuppressions>()
            .AddAsync([erased], "a-request", TestContext.Current.CancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        void Send(string person, TimeSpan after) =>
            topics.Send(
                "again",
                Encoding.UTF8.GetBytes(person),
                Value(id, schema, person),
                0,
                (now + after).ToUnixTimeMilliseconds()
            );

        Send("C-OTHER", TimeSpan.FromHours(1));
        Send("C-ERASED", TimeSpan.FromHours(-1));
        topics.Flush();
        await topics.SettledAsync("again", 2, 1);
        topics.Of("again").SuppressedNewer.Should().Be(0, "what is late is no news");
        (await EventsAsync(topics)).Should().BeEmpty();

        Send("C-ERASED", TimeSpan.FromHours(1));
        Send("C-ERASED", TimeSpan.FromHours(2));
        Send("C-OTHER", TimeSpan.FromHours(3));
        topics.Flush();
        await topics.SettledAsync("again", 5, 2);

        var stream = (await topics.Client.GetAsync("pipeline", "streams"))
            .GetProperty("streams")
            .EnumerateArray()
            .Single(stream => stream.GetProperty("topic").GetString() == "again");
        stream.GetProperty("suppressed").GetInt64().Should().Be(3);
        stream.GetProperty("suppressedNewer").GetInt64().Should().Be(2);
        var finding = (await EventsAsync(topics)).Should().ContainSingle().Subject;
        finding.GetProperty("topic").GetString().Should().Be("again");
        finding.GetProperty("code").GetString().Should().Be("newer_than_erasure");
        finding.GetProperty("count").GetInt64().Should().Be(2);
        finding.GetProperty("next").GetString().Should().Contain("newerThanErasure: startAnew").And.Contain("again");
        (await topics.Host.Client.GetStringAsync("metrics", TestContext.Current.CancellationToken))
            .Should()
            .MatchRegex("(?m)^governance_stream_suppressed_newer_total\\{[^}]*topic=\"again\"[^}]*\\} 2\\b");
        foreach (var way in new[] { "warehouse", "topic" })
        {
            await Wait.UntilAsync(
                () =>
                    Task.FromResult(
                        topics.Host.Logs.Any(line =>
                            line.Contains($"events of again on their way to the {way}", StringComparison.Ordinal)
                        )
                    ),
                $"the log says it of the {way}"
            );
        }

        topics.Host.Logs.Should().NotContain(line => line.Contains("C-ERASED", StringComparison.Ordinal));

        await topics.PublishAsync("again", "1.1.0", BothWays, "startAnew", [Identifier("id", "customer_id")]);
        (await EventsAsync(topics)).Should().BeEmpty("the contract says by now what is to be done");
        Send("C-ERASED", TimeSpan.FromHours(3));
        topics.Flush();
        await topics.SettledAsync("again", 6, 3);
        topics.Of("again").SuppressedNewer.Should().Be(2);
    }

    private static async Task<JsonElement[]> EventsAsync(OwnTopics topics) =>
        [.. (await topics.Client.GetAsync("dpo", "streams/findings")).GetProperty("events").EnumerateArray()];
}
