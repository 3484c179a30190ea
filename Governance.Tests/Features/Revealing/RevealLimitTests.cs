using System.Net;
using Governance.Api.Features.Revealing;
using Governance.Masking.Revealing;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Governance.Tests.Features.Revealing;

/// <summary>Nobody reveals a whole table, and nothing is seen that is not written down.</summary>
public sealed class RevealLimitTests
{
    [Fact]
    public async Task Reveal_FasterThanAllowed_Is429WithRetryAfterAndGoesOnLater()
    {
        await using var world = await RevealWorld.StartAsync([
            "--Governance:Reveal:MaxValues=3",
            "--Governance:Reveal:BurstValues=3",
            "--Governance:Reveal:ValuesPerMinute=30",
        ]);
        world.Grants.Grants = [HeldRevealGrants.Of("support", "email")];
        var body = Asked(world, 3);

        using var first = await world.AskAsync(body);
        using var second = await world.AskAsync(body);
        using var other = await world.AskAsync(body, "dpo");

        first.StatusCode.Should().Be(HttpStatusCode.OK);
        await second.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "too_many_values", world.Email);
        second.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(1, 6);
        second.Headers.CacheControl!.NoStore.Should().BeTrue();
        other.StatusCode.Should().Be(HttpStatusCode.Forbidden, "another person has their own values");
        (await world.LedgerAsync())
            .Entries.Select(entry => entry.GetProperty("action").GetString())
            .Should()
            .Equal("value.revealed", "value.revealed", "value.revealed", "reveal.refused", "reveal.refused");

        await Wait.UntilAsync(
            async () =>
            {
                using var later = await world.AskAsync(Asked(world, 1));
                return later.StatusCode == HttpStatusCode.OK;
            },
            () => "the bucket filled again"
        );
    }

    [Fact]
    public void Take_ManyAtOnceByOnePerson_IsNeverMoreThanTheBucketHolds()
    {
        using var limiter = new RevealLimiter(
            Options.Create(
                new RevealOptions
                {
                    MaxValues = 10,
                    BurstValues = 1000,
                    ValuesPerMinute = 1,
                }
            )
        );
        var taken = 0;

        Parallel.For(
            0,
            2_000,
            at =>
            {
                if (limiter.Take("ana", (at % 10) + 1) is null)
                {
                    Interlocked.Add(ref taken, (at % 10) + 1);
                }
            }
        );

        taken.Should().BeInRange(991, 1000);
        limiter.Take("ana", 10).Should().BeGreaterThan(TimeSpan.FromSeconds(50));
        limiter.Take("bob", 10).Should().BeNull();
    }

    [Fact]
    public async Task Reveal_WhereItCannotBeWrittenDown_GivesNothing()
    {
        await using var world = await RevealWorld.StartAsync(adjust: builder =>
            builder.Services.AddSingleton<IRevealAudit, FailingAudit>()
        );
        world.Grants.Grants = [HeldRevealGrants.Of("support", "email")];

        using var response = await world.AskAsync(Asked(world, 1));

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync()).Should().NotContain(CanaryMarkers.Email);
        (await world.LedgerAsync())
            .Entries.Should()
            .ContainSingle()
            .Which.GetProperty("details")
            .GetProperty("code")
            .GetString()
            .Should()
            .Be("failed");
        string.Join('\n', world.Host.Logs).Should().NotContain(CanaryMarkers.Email);
    }

    [Fact]
    public async Task Start_WithABucketSmallerThanACall_IsRefusedWithTheSettingsName()
    {
        var start = async () =>
            await SandboxHost.StartAsync(["--Governance:Reveal:BurstValues=5", "--Governance:Reveal:MaxValues=6"]);

        (await start.Should().ThrowAsync<Exception>()).Which.Message.Should().Contain("BurstValues");
    }

    private static object Asked(RevealWorld world, int values) =>
        new
        {
            dataset = "customers",
            column = "email",
            values = Enumerable.Repeat(world.Email, values),
            purpose = "support",
        };

    private sealed class FailingAudit : IRevealAudit
    {
        public ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken) =>
            throw new IOException($"The disk is full; {CanaryMarkers.CustomerId} is not part of a message.");
    }
}
