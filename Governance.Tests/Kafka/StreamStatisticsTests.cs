using Governance.Masking.Kafka;

namespace Governance.Tests.Kafka;

public sealed class StreamStatisticsTests
{
    [Fact]
    public async Task Read_WhileTopicsAppear_NeverFails()
    {
        var statistics = new StreamStatistics(TimeProvider.System);
        var adding = Task.Run(() =>
        {
            for (var topic = 0; topic < 5_000; topic++)
            {
                statistics.SetLag($"topic-{topic}", 0, 1);
            }
        });
        while (!adding.IsCompleted)
        {
            statistics.Read().Sum(topic => topic.Lag).Should().BeInRange(0, 5_000);
        }

        await adding;
        statistics.Read().Should().HaveCount(5_000);
    }
}
