using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>Settings of subject requests.</summary>
internal sealed class SubjectRequestOptions
{
    public const string SectionName = "Governance:SubjectRequests";

    /// <summary>How long the raw topics keep a record, in days; default 7. Shown by the physical clock.</summary>
    [Range(0, 3650)]
    public int RawTopicRetentionDays { get; set; } = 7;

    /// <summary>How long backups are kept, in days; default 35. Shown by the physical clock.</summary>
    [Range(0, 3650)]
    public int BackupRetentionDays { get; set; } = 35;

    /// <summary>From how many days before its legal deadline a request counts as due soon; default 7.</summary>
    [Range(0, 31)]
    public int DueSoonDays { get; set; } = 7;

    /// <summary>How long an archive can be downloaded after its request has ended, in days; default 14. Then it is destroyed.</summary>
    [Range(1, 90)]
    public int ExportDays { get; set; } = 14;

    /// <summary>The folder of archives; default <c>exports</c> in the data directory. Several processes share one.</summary>
    public string? ExportsDirectory { get; set; }

    /// <summary>How hard a passphrase is to guess: the logarithm of scrypt's cost; default 18, as age takes it.</summary>
    [Range(10, 20)]
    public int PassphraseWorkFactor { get; set; } = 18;

    /// <summary>How often the worker looks for work that no signal announced; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a statement is tried, or repeated because rows were found afterwards, before its item has failed for good; default 5.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The pause after a first failure; it doubles with each further one, up to five minutes. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests one batch carries at most: one statement a table for all of them. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1000;

    /// <summary>
    /// How long an approved request waits for others, so that they run together; default 0: it runs at once, together with those that
    /// are due at the same time.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan BatchWindow { get; set; } = TimeSpan.Zero;

    /// <summary>Whether a request is approved by somebody else than whoever verified it; default false.</summary>
    public bool FourEyes { get; set; }

    /// <summary>How often it is looked for residue of past erasures, in vault and warehouse; default a day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long after an erasure it is looked once more, because rows may come to light that stood in the warehouse's streaming buffer;
    /// default 2 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan StreamingWindow { get; set; } = TimeSpan.FromHours(2);
}
