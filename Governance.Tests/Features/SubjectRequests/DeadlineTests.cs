using System.Globalization;
using Governance.Api.Features.SubjectRequests.Deadlines;
using Governance.Api.Features.SubjectRequests.Report;
using Governance.Tests.Features.SubjectRequests.Erasure;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>Warnings before and after a deadline, and the report of a period. The world's clock stands on 10 March 2026: due on 10 April.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private ErasureWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await ErasureWorld.CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Look_BeforeAndAfterTheDeadlines_WarnsOnceOfEach()
    {
        var late = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        var extended = (await _world.SubmitAsync(("customer_id", "C-BEN"))).Id;
        var answered = (await _world.SubmitAsync(("customer_id", "C-CORA"))).Id;
        await LookAsync("2026-04-02T12:00:00Z", 0);
        await LookAsync("2026-04-03T12:00:00Z", 3);
        await _world.ExtendAsync(extended, "Several systems must be searched by hand.");
        await _world.WithdrawAsync(answered);
        await _world.RestartAsync();
        await LookAsync("2026-04-10T22:59:59Z", 0);
        await LookAsync("2026-04-10T23:00:00Z", 1);
        await LookAsync("2026-05-01T12:00:00Z", 0);
        await LookAsync("2026-06-04T12:00:00Z", 1);
        await LookAsync("2026-06-11T12:00:00Z", 1);
        await LookAsync("2026-07-11T12:00:00Z", 0);

        var warned = (await _world.LedgerAsync())
            .Where(entry => entry.Payload.Contains("system:deadlines", StringComparison.Ordinal))
            .Select(entry => entry.Payload)
            .ToArray();
        warned.Should().HaveCount(6);
        warned
            .Where(payload => payload.Contains("subject-request.late", StringComparison.Ordinal))
            .Should()
            .HaveCount(2)
            .And.OnlyContain(payload => payload.Contains($"{late}") || payload.Contains($"{extended}"));
        warned
            .Should()
            .ContainSingle(payload => payload.Contains($"{extended}") && payload.Contains("late"))
            .Which.Should()
            .Contain("2026-06-10");

        async Task LookAsync(string now, int warnings)
        {
            SetTime(now);
            (await _world.Get<DeadlineWatch>().LookAsync(default)).Should().Be(warnings, now);
        }
    }

    [Fact]
    public async Task Report_OfAPeriod_CountsWhatWasReceivedInItByDaysOfTheOffice()
    {
        await EnergyPeople.LandAsync(_world);
        SetTime("2026-03-31T22:59:59Z"); // 23:59:59 on the 31st, in London
        var march = (await _world.SubmitAsync(("customer_id", "C-ANN"))).Id;
        SetTime("2026-03-31T23:00:00Z");
        var april = (await _world.SubmitAsync(("customer_id", "C-BEN"))).Id;
        var open = (await _world.SubmitAsync(("customer_id", "C-CORA"))).Id;
        var duplicate = (await _world.SubmitAsync(("customer_id", "C-CORA"))).Id;
        await _world.ExtendAsync(open, "Several systems must be searched by hand.");
        SetTime("2026-05-05T12:00:00Z"); // 1 May was its last day
        await _world.RefuseAsync(april, "The person could not be identified.");
        SetTime("2026-07-02T12:00:00Z"); // and 1 July is the extended one's

        var report = await ReportAsync("2026-04-01", "2026-04-30");

        report.Total.Should().Be(3);
        var type = report.Types.Single();
        (type.Type, type.Total, type.Open, type.Extended, type.InTime, type.Late)
            .Should()
            .Be(("erasure", 3, 1, 1, 1, 2));
        type.Ended.Should().Equal(new Dictionary<string, int> { ["duplicate_of"] = 1, ["refused"] = 1 });
        (type.MedianDays, type.MaxDays).Should().Be((34, 34));
        report.Late.Select(one => (one.Id, one.DaysLate)).Should().Equal((april, 4), (open, 1));
        (await ReportAsync("2026-03-31", "2026-03-31")).Late.Single().Id.Should().Be(march);
        (await ReportAsync("2026-03-01", "2026-04-30")).Total.Should().Be(4);
        (await ReportAsync("2025-03-01", "2025-04-30")).Types.Should().BeEmpty();
        duplicate.Should().NotBe(open);
        foreach (var (from, to) in new[] { ("2026-04-02", "2026-04-01"), (null, "2026-04-01"), ("2026-04-01", null) })
        {
            var bad = await _world.Get<ReportHandler>().Handle(new ReportQuery(Day(from), Day(to)), default);
            bad.Failure!.Code.Should().Be("bad_period");
        }
    }

    private async Task<SubjectRequestReport> ReportAsync(string from, string to) =>
        (await _world.Get<ReportHandler>().Handle(new ReportQuery(Day(from), Day(to)), default)).Value;

    private static DateOnly? Day(string? text) =>
        text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);

    private void SetTime(string now) => _world.Time.SetUtcNow(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
}
