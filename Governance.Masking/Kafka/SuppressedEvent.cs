using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>An event about an erased person, which is dropped.</summary>
/// <param name="Source">The event.</param>
/// <param name="IsNewer">
/// Whether it is newer than the erasure: its person seems to come again, and the contract does not let them begin anew (<see cref="Contracts.Dataset.StartsAnew"/>).
/// </param>
public readonly record struct SuppressedEvent(SourceEvent Source, bool IsNewer);

/// <summary>Says once for each batch and topic that erased people seem to come again.</summary>
internal static partial class Suppressing
{
    /// <summary>Says it, with a count and never a value.</summary>
    public static void TellNewer(this IReadOnlyList<SuppressedEvent> suppressed, ILogger logger, string way)
    {
        if (suppressed.Count == 0)
        {
            return;
        }

        foreach (
            var topic in suppressed
                .Where(one => one.IsNewer)
                .CountBy(one => one.Source.Topic, StringComparer.Ordinal)
                .OrderBy(topic => topic.Key, StringComparer.Ordinal)
        )
        {
            LogNewer(logger, topic.Value, topic.Key, way);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} events of {Topic} on their way to the {Way} are newer than the erasure of the people that they are about, and were dropped. See GET /streams/findings."
    )]
    private static partial void LogNewer(ILogger logger, int count, string topic, string way);
}
