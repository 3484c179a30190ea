using System.Globalization;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>Two further months, and the list of what presses. The world's clock stands on 10 March 2026: due on 10 April, or 10 June.</summary>
public sealed class ExtensionTests : IAsyncLifetime
{
    private const string Reason = "Several systems must be searched by hand.";

    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await ErasureWorld.CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Extend_InsideTheFirstMonth_ShowsBothDatesAndTheReason()
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        (await _world.GetAsync(id)).Next.Should().Contain("extend");

        (await _world.ExtendAsync(id, $" {Reason} ")).Failure.Should().BeNull();

        var request = await _world.GetAsync(id);
        var legal = request.Clocks.Legal;
        legal.FirstDueOn.Should().Be(new DateOnly(2026, 4, 10));
        legal.DueOn.Should().Be(new DateOnly(2026, 6, 10));
        legal.Extension!.DueOn.Should().Be(new DateOnly(2026, 6, 10));
        legal.Extension.Reason.Should().Be(Reason);
        legal.Extension.ExtendedAt.Should().Be(_world.Time.GetUtcNow());
        legal.DaysLeft.Should().Be(92);
        request.State.Should().Be("received");
        request.History[^1].Act.Should().Be("extended");
        request.History[^1].Why.Should().Be(Reason);
        request.History[^1].Actor.Should().Be(ErasureWorld.Dpo);
        request.Next.Should().NotContain("extend");
        (await _world.LedgerAsync())
            .Should()
            .ContainSingle(entry =>
                entry.Payload.Contains("subject-request.extended") && entry.Payload.Contains(id.ToString())
            );
    }

    [Fact]
    public async Task Extend_Again_IsRefusedAndChangesNothing()
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        await _world.ExtendAsync(id, Reason);

        var failure = (await _world.ExtendAsync(id, "Another reason.")).Failure!;

        failure.Code.Should().Be("already_extended");
        failure.Detail.Should().Contain("2026-06-10");
        (await _world.GetAsync(id)).Clocks.Legal.Extension!.Reason.Should().Be(Reason);
    }

    [Fact]
    public async Task Extend_ManyAtOnce_OneWins()
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;

        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => _world.ExtendAsync(id, Reason)))
        );

        results.Should().ContainSingle(result => result.Failure == null);
        (await _world.LedgerAsync())
            .Should()
            .ContainSingle(entry => entry.Payload.Contains("subject-request.extended"));
    }

    [Theory]
    [InlineData("2026-04-10T22:59:59Z", null)] // 23:59:59 in London, on the last day
    [InlineData("2026-04-10T23:00:00Z", "first_month_over")]
    [InlineData("2026-05-01T09:00:00Z", "first_month_over")]
    public async Task Extend_AtATime_IsPossibleThroughTheLastDayOfTheFirstMonth(string now, string? code)
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        SetTime(now);

        (await _world.GetAsync(id)).Next.Contains("extend").Should().Be(code is null);
        (await _world.ExtendAsync(id, Reason)).Failure?.Code.Should().Be(code);
        ((await _world.GetAsync(id)).Clocks.Legal.Extension is null).Should().Be(code is not null);
    }

    [Fact]
    public async Task Extend_OfARequestThatIsOver_IsRefused()
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        await _world.WithdrawAsync(id);

        var failure = (await _world.ExtendAsync(id, Reason)).Failure!;

        failure.Code.Should().Be("not_possible_now");
        failure.Detail.Should().Contain("withdrawn");
    }

    [Fact]
    public async Task Extend_OfARequest_OutlivesARestartAndIsCountedWhenItEnds()
    {
        await EnergyPeople.LandAsync(_world);
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        await _world.ExtendAsync(id, Reason);
        await _world.RestartAsync();
        SetTime("2026-06-10T12:00:00Z");

        await _world.VerifyAsync(id);
        await _world.ApproveAsync(id);
        await _world.RunAsync(id);

        var legal = (await _world.GetAsync(id)).Clocks.Legal;
        legal.InTime.Should().BeTrue();
        legal.Due.Should().BeNull();
        legal.Extension!.Reason.Should().Be(Reason);
    }

    [Theory]
    [InlineData("2026-04-02T12:00:00Z", "in_time", 8)]
    [InlineData("2026-04-03T12:00:00Z", "soon", 7)]
    [InlineData("2026-04-10T22:59:59Z", "soon", 0)]
    [InlineData("2026-04-10T23:00:00Z", "late", -1)]
    public async Task List_AtATime_TellsWhatIsLateAndWhatIsDueSoon(string now, string due, int daysLeft)
    {
        var id = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        SetTime(now);
        await _world.SubmitAsync(("customer_id", "C-BEN"));

        var all = await _world.ListAsync();

        all.Total.Should().Be(2);
        all.Late.Should().Be(due == "late" ? 1 : 0);
        all.DueSoon.Should().Be(due == "soon" ? 1 : 0);
        var legal = all.Requests.Single(one => one.Id == id).Legal;
        legal.Due.Should().Be(due);
        legal.DaysLeft.Should().Be(daysLeft);
        foreach (var kind in new[] { "late", "soon" })
        {
            (await _world.ListAsync(kind))
                .Requests.Select(one => one.Id)
                .Should()
                .Equal(kind == due ? [id] : Array.Empty<Guid>());
        }
    }

    [Fact]
    public async Task List_OfWhatIsLate_LeavesOutWhatIsExtendedOrOverAndBeginsWithTheEarliest()
    {
        var ids = new List<Guid>();
        foreach (var person in new[] { "C-ANN", "C-BEN", "C-CORA", "C-DAN", "C-EVE" })
        {
            ids.Add((await _world.SubmitAsync(("customer_id", person))).Id);
            _world.Time.Advance(TimeSpan.FromDays(1));
        }

        await _world.ExtendAsync(ids[1], Reason);
        await _world.WithdrawAsync(ids[3]);
        SetTime("2026-04-30T09:00:00Z");

        var late = await _world.ListAsync("late");

        late.Total.Should().Be(3);
        late.Late.Should().Be(3);
        late.Requests.Select(one => one.Id).Should().Equal(ids[0], ids[2], ids[4]);
        (await _world.ListAsync("late", skip: 1, take: 1)).Requests.Single().Id.Should().Be(ids[2]);
    }

    private void SetTime(string now) => _world.Time.SetUtcNow(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
}
