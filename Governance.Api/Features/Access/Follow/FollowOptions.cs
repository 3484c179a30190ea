using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Access.Follow;

/// <summary>Following a grant's rows as they land.</summary>
internal sealed class FollowOptions
{
    public const string SectionName = "Governance:Follow";

    /// <summary>How many may follow at the same time, in this process. Default: 100; 0 turns it off.</summary>
    [Range(0, 10_000)]
    public int MaxFollowers { get; set; } = 100;

    /// <summary>How many streams one person may have open. Default: 5.</summary>
    [Range(1, 1_000)]
    public int MaxPerPerson { get; set; } = 5;

    /// <summary>How many rows of a grant are held for readers who are behind, at most. Default: 5,000.</summary>
    [Range(10, 1_000_000)]
    public int BufferRows { get; set; } = 5_000;

    /// <summary>How many bytes these rows may have together. Default: 8 MiB.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int BufferBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// How long a row is held, and how long after the last reader left one may come back and go on where it was. Default: one minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ResumeWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a silent stream says that it is alive. Default: 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often grants, and whose rows are left out, are looked at anew. Default: one second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take to take in what is written, before its connection is cut. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan WritePatience { get; set; } = TimeSpan.FromSeconds(30);
}
