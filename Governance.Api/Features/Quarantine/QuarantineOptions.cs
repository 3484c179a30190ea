using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Quarantine;

/// <summary>How long events are kept that could not be masked.</summary>
internal sealed class QuarantineOptions
{
    public const string SectionName = "Governance:Quarantine";

    /// <summary>
    /// For how many days an event is kept from when it came; then it is destroyed. Never longer than its contract keeps rows. Default: 30.
    /// </summary>
    [Range(1, 3_650)]
    public int KeepDays { get; set; } = 30;

    /// <summary>From how many days before its destruction on an event is warned of. Default: 7.</summary>
    [Range(0, 365)]
    public int WarnDays { get; set; } = 7;

    /// <summary>How often it is looked for events that have been kept for long enough. Default: ten minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(10);
}
