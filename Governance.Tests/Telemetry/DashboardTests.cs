using System.Text.Json;
using System.Text.RegularExpressions;
using Governance.Tests.Support;

namespace Governance.Tests.Telemetry;

/// <summary>The dashboard and the page on metrics speak of metrics that there are.</summary>
public sealed partial class DashboardTests
{
    // By their names in the code, as the Prometheus exporter writes them: dots become underscores, a unit and _total follow.
    private static readonly string[] s_known =
    [
        "governance_stream_consumed_total",
        "governance_stream_masked_total",
        "governance_stream_quarantined_total",
        "governance_stream_suppressed_total",
        "governance_stream_suppressed_newer_total",
        "governance_stream_replayed_total",
        "governance_stream_lost_total",
        "governance_stream_lag",
        "governance_stream_newest_age_seconds",
        "governance_stream_masking_time_seconds_total",
        "governance_stream_batch_time_seconds_total",
        "governance_stream_masking_share",
        "governance_quarantine_kept",
        "governance_quarantine_destroyed_total",
        "governance_requests_open",
        "governance_requests_due",
        "governance_topics_findings",
    ];

    [Fact]
    public void Dashboard_Queries_NameKnownMetricsAlone()
    {
        var text = File.ReadAllText(Repository.PathOf("ops", "dashboards", "streams.json"));
        var panels = JsonDocument.Parse(text).RootElement.GetProperty("panels").EnumerateArray().ToArray();

        panels.Should().HaveCountGreaterThan(10);
        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        Metric().Matches(text).Select(match => match.Value).Should().NotBeEmpty().And.BeSubsetOf(s_known);
    }

    [Fact]
    public void Page_NamesEveryMetric() =>
        Metric()
            .Matches(File.ReadAllText(Repository.PathOf("ops", "docs", "observing.md")))
            .Select(match => match.Value)
            .Distinct(StringComparer.Ordinal)
            .Should()
            .BeEquivalentTo(s_known);

    [GeneratedRegex(@"governance_(stream|quarantine|requests|topics)_[a-z_]+[a-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();
}
