using System.Globalization;
using System.Text;

namespace Governance.Policies.Rego.Conformance;

/// <summary>Outcomes, counted by topic.</summary>
public static class ConformanceTable
{
    /// <summary>A line a topic, and one for all of them.</summary>
    public static string Write(IReadOnlyList<ConformanceResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("topic                                    passed refused wrong");
        foreach (var topic in results.GroupBy(result => result.Topic, StringComparer.Ordinal))
        {
            Add(text, topic.Key, [.. topic]);
        }

        Add(text, "all", results);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string topic, IReadOnlyList<ConformanceResult> results) =>
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{topic, -40} {Count(results, ConformanceOutcome.Passed), 6} {Count(results, ConformanceOutcome.Refused), 7} {Count(results, ConformanceOutcome.Wrong), 5}"
        );

    private static int Count(IReadOnlyList<ConformanceResult> results, ConformanceOutcome outcome) =>
        results.Count(result => result.Outcome == outcome);
}
