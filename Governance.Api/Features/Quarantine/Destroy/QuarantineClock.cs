using Governance.Api.Features.Retention;
using Governance.Masking.Contracts;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Quarantine.Destroy;

/// <summary>How long an event of a topic is kept: as the setting says, and never longer than its contract keeps the rows it would have become.</summary>
internal sealed class QuarantineClock(
    IContractCatalogSource contracts,
    TimeProvider time,
    IOptions<QuarantineOptions> options
)
{
    /// <summary>Events that came before this have been kept for long enough.</summary>
    public DateTimeOffset Before(string topic)
    {
        var now = time.GetUtcNow();
        var bySetting = now.AddDays(-options.Value.KeepDays);
        return
            contracts.Current.FindTopic(topic)?.Retention is { } period
            && RetentionClock.Before(period, now) is var byContract
            && byContract > bySetting
            ? byContract
            : bySetting;
    }

    /// <summary>When an event that came then is destroyed.</summary>
    public DateTimeOffset EndOf(string topic, DateTimeOffset keptAt) => keptAt + (time.GetUtcNow() - Before(topic));
}
