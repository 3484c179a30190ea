using Governance.Masking.Keys;
using Microsoft.Extensions.Logging;

namespace Governance.Masking.Kafka;

/// <summary>Seals what could not be masked, and keeps it before anything else of its batch is durable.</summary>
internal static partial class Quarantining
{
    /// <summary>Keeps events; when this returns they survive a crash.</summary>
    public static async Task AddAsync(
        this IQuarantine quarantine,
        TenantKeys keys,
        ILogger logger,
        string source,
        string way,
        IReadOnlyList<RefusedEvent> refused,
        CancellationToken cancellationToken
    )
    {
        if (refused.Count == 0)
        {
            return;
        }

        foreach (var group in refused.GroupBy(one => (one.Source.Topic, one.Code, one.Reason)))
        {
            LogQuarantined(logger, group.Count(), group.Key.Topic, way, group.Key.Code, group.Key.Reason);
        }

        await quarantine.AddAsync([.. refused.Select(one => Seal(keys, source, way, one))], cancellationToken);
    }

    private static QuarantinedEvent Seal(TenantKeys keys, string source, string way, RefusedEvent refused) =>
        new(
            source,
            refused.Source.Topic,
            refused.Source.Partition,
            refused.Source.Offset,
            refused.Source.Time,
            refused.SchemaId,
            refused.Code,
            QuarantineSeal.Seal(keys, refused.Source)
        )
        {
            Way = way,
        };

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} events of {Topic} go to quarantine on their way to the {Way}: {Code} {Reason}"
    )]
    private static partial void LogQuarantined(
        ILogger logger,
        int count,
        string topic,
        string way,
        string code,
        string reason
    );
}
