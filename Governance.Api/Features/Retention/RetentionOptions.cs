using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Retention;

/// <summary>Settings of retention.</summary>
internal sealed class RetentionOptions
{
    public const string SectionName = "Governance:Retention";

    /// <summary>Whether rows are taken away when their contract's period is over; default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often the worker looks whether a day's pass is due, or one is to be tried again; default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a dataset's pass is tried before it has failed for good, and the next day's takes its place; default 5.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The pause after a first failure; it doubles with each further one. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMinutes(1);
}
