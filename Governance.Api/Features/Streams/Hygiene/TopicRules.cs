using System.Globalization;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>
/// Compares what a contract demands of its raw topic with what the broker is set to. The raw topic holds plain values, and an erasure
/// reaches them by time and by tombstones alone: where the broker keeps records for longer, they outlive their erasure there.
/// </summary>
internal static class TopicRules
{
    // In Kafka, a time of -1 is without end, as are times of centuries.
    private const double WithoutEnd = 100 * 365.25;

    /// <summary>All differences; none where the topic is as demanded, or where nothing is known of it.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="config">What the broker is set to.</param>
    /// <param name="defaultDays">For how many days a raw topic may keep records where the contract does not say.</param>
    public static IReadOnlyList<TopicFinding> Compare(Dataset dataset, TopicConfig config, int defaultDays)
    {
        if (config.Values is not { } values || !dataset.IsPersonal)
        {
            return [];
        }

        var most = Days(dataset.TopicRetention) ?? defaultDays;
        if (Days(dataset.Retention) is { } rows && dataset.TopicRetention is null)
        {
            most = Math.Min(most, rows);
        }

        var policy = (values.GetValueOrDefault("cleanup.policy") ?? "delete").Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        var (isCompacted, isDeleted) = (
            policy.Contains("compact", StringComparer.Ordinal),
            policy.Contains("delete", StringComparer.Ordinal)
        );
        var findings = new List<TopicFinding>();
        var topic = dataset.Topic;
        if (isCompacted && dataset.CompactedBy is null)
        {
            findings.Add(
                new TopicFinding(
                    "compacted",
                    "cleanup.policy",
                    "delete",
                    string.Join(',', policy),
                    "The topic is compacted and its contract does not say by which key: the newest record of each key stays for ever, also of people who are erased.",
                    $"Set cleanup.policy=delete on {topic}; or, where it is keyed by an identifier, name that column in the contract's compactedBy, and erasures write tombstones."
                )
            );
        }

        if (!isCompacted && dataset.CompactedBy is not null)
        {
            findings.Add(
                new TopicFinding(
                    "not_compacted",
                    "cleanup.policy",
                    "compact",
                    string.Join(',', policy),
                    "The contract says that the topic is compacted, and it is not: a tombstone removes nothing there.",
                    $"Set cleanup.policy=compact on {topic}, or take compactedBy out of the contract."
                )
            );
        }

        if (isDeleted)
        {
            Check(
                "retention.ms",
                7,
                most,
                "kept_longer",
                "Records stay in the topic for longer than the contract lets them."
            );
            CheckTooShort(values, dataset, findings);
        }

        if (isCompacted)
        {
            // By default it may wait for ever until a record that a tombstone replaced is gone.
            Check(
                "max.compaction.lag.ms",
                WithoutEnd,
                most,
                "compaction_may_wait",
                "A record that a tombstone has replaced may stay for longer than the contract lets it: compaction may wait so long."
            );
            Check(
                "min.compaction.lag.ms",
                0,
                most,
                "compaction_too_late",
                "Compaction leaves records alone for longer than the contract lets them stay."
            );
            Check(
                "delete.retention.ms",
                1,
                most,
                "tombstones_stay",
                "Tombstones stay, with the plain key, for longer than the contract lets records stay."
            );
        }

        return findings;

        void Check(string name, double byDefault, double atMost, string code, string detail)
        {
            var found = InDays(values.GetValueOrDefault(name)) ?? byDefault;
            if (found > atMost)
            {
                findings.Add(
                    new TopicFinding(
                        code,
                        name,
                        $"{Text(atMost)} or less",
                        Text(found),
                        detail,
                        $"Set {name}={Milliseconds(atMost)} on {topic}, or let its contract say another topicRetention."
                    )
                );
            }
        }
    }

    // A contract that demands a time demands it of replays as well: a record that is gone sooner cannot be read again.
    private static void CheckTooShort(
        IReadOnlyDictionary<string, string> values,
        Dataset dataset,
        List<TopicFinding> findings
    )
    {
        if (
            Days(dataset.TopicRetention) is { } demanded
            && (InDays(values.GetValueOrDefault("retention.ms")) ?? 7) is var found
            && found < demanded
        )
        {
            findings.Add(
                new TopicFinding(
                    "kept_shorter",
                    "retention.ms",
                    Text(demanded),
                    Text(found),
                    "Records are gone from the topic sooner than the contract says: what the interceptor has not read by then is lost.",
                    $"Set retention.ms={Milliseconds(demanded)} on {dataset.Topic}, or let its contract say another topicRetention."
                )
            );
        }
    }

    private static double? Days(RetentionPeriod? period) =>
        period is null
            ? null
            : period.Value
                * period.Unit switch
                {
                    "d" => 1,
                    // The longest month and year: a setting is not wrong by the calendar.
                    "m" => 31,
                    _ => 366,
                };

    private static double? InDays(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
            ? time < 0
                ? double.PositiveInfinity
                : TimeSpan.FromMilliseconds(Math.Min(time, (long)(WithoutEnd * 86_400_000))).TotalDays
            : null;

    private static long Milliseconds(double days) => (long)(days * 86_400_000);

    private static string Text(double days) =>
        days >= WithoutEnd ? "without end"
        : days >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{days:0.##} days")
        : string.Create(CultureInfo.InvariantCulture, $"{days * 24:0.##} hours");
}

/// <summary>A difference between a contract and the broker.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Setting">Kafka's name of the setting.</param>
/// <param name="Demanded">What the contract demands.</param>
/// <param name="Found">What the broker is set to.</param>
/// <param name="Detail">What it means.</param>
/// <param name="Next">What to do next.</param>
internal sealed record TopicFinding(
    string Code,
    string Setting,
    string Demanded,
    string Found,
    string Detail,
    string Next
);
