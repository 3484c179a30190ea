using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class RetryPolicyTests
{
    private static readonly Refusal Away = new(RefusalKind.Away, "unavailable", "Ask again.");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Delay_Doubles_UpToALimit_OfWhichAnyPartIsWaited()
    {
        var whole = Policy(TimeSpan.FromHours(1), 1);
        Enumerable
            .Range(0, 8)
            .Select(tries => whole.Delay(tries).TotalSeconds)
            .Should()
            .Equal(1, 2, 4, 8, 16, 32, 32, 32);
        Policy(TimeSpan.FromHours(1), 0.25).Delay(3).Should().Be(TimeSpan.FromSeconds(2));
        Policy(TimeSpan.FromHours(1), 0).Delay(3).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Delay_ByDefault_IsRandomWithinTheLimit()
    {
        var policy = new RetryPolicy(TimeSpan.FromHours(1), _clock, NullLogger.Instance);
        var delays = Enumerable.Range(0, 50).Select(_ => policy.Delay(2)).ToList();
        delays.Should().OnlyContain(delay => delay >= TimeSpan.Zero && delay <= TimeSpan.FromSeconds(4));
        delays.Distinct().Should().HaveCountGreaterThan(10);
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("Thu, 01 Jan 2026 00:00:40 GMT", 40)]
    [InlineData("1", 8)]
    [InlineData("soon", 8)]
    [InlineData(null, 8)]
    public void Delay_RetryAfter_IsNeverCutShort(string? asked, int seconds) =>
        Policy(TimeSpan.FromHours(1), 1).Delay(3, asked).Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public async Task Run_WithinTheBudget_TriesAgainUntilItIsDone()
    {
        var tries = new List<int>();
        var run = Policy(TimeSpan.FromMinutes(2), 1)
            .RunAsync(
                "a call",
                (before, _) =>
                {
                    tries.Add(before);
                    return Task.FromResult(before < 4 ? new Try<int>(0, Away, Retry: true) : new Try<int>(7));
                },
                CancellationToken.None
            );
        await AdvanceAsync(run, TimeSpan.FromSeconds(1));
        (await run).Should().Be(7);
        tries.Should().Equal(0, 1, 2, 3, 4);
        _clock.GetUtcNow().Second.Should().Be(15, "1, 2, 4 and 8 seconds were waited");
    }

    [Fact]
    public async Task Run_BudgetUsedUp_GivesTheLastRefusal()
    {
        var tries = 0;
        var run = Policy(TimeSpan.FromSeconds(10), 1)
            .RunAsync(
                "a call",
                (_, _) =>
                {
                    tries++;
                    return Task.FromResult(new Try<int>(0, Away, Retry: true));
                },
                CancellationToken.None
            );
        await AdvanceAsync(run, TimeSpan.FromSeconds(1));
        (await FluentActions.Awaiting(() => run).Should().ThrowAsync<WarehouseException>())
            .Which.Refusal.Should()
            .Be(Away);
        tries.Should().Be(4, "after 1, 2 and 4 seconds the next wait of 8 would go beyond 10");
    }

    [Fact]
    public async Task Run_RefusalThatStays_IsNotTriedAgain()
    {
        var tries = 0;
        await FluentActions
            .Awaiting(() =>
                Policy(TimeSpan.FromMinutes(2), 0)
                    .RunAsync(
                        "a call",
                        (_, _) =>
                        {
                            tries++;
                            return Task.FromResult(new Try<int>(0, Away, Retry: false));
                        },
                        CancellationToken.None
                    )
            )
            .Should()
            .ThrowAsync<WarehouseException>();
        tries.Should().Be(1);
    }

    private RetryPolicy Policy(TimeSpan budget, double jitter) =>
        new(budget, _clock, NullLogger.Instance, () => jitter);

    private async Task AdvanceAsync(Task task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            _clock.Advance(step);
            await Task.WhenAny(task, Task.Delay(5));
        }
    }
}
