namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// When the last copy of an erased row is really gone. What has no date is said to have none: an embedded warehouse keeps
/// deleted bytes in its file until the file is written anew.
/// </summary>
internal static class PhysicalClock
{
    /// <summary>The places that hold copies.</summary>
    /// <param name="options">How long each keeps them.</param>
    /// <param name="suppressedAt">When the person's events were dropped from; <see langword="null"/> while nothing has run.</param>
    /// <param name="erasedAt">When the erasure ended; <see langword="null"/> before.</param>
    public static IReadOnlyList<PhysicalDate> Of(
        SubjectRequestOptions options,
        DateTimeOffset? suppressedAt,
        DateTimeOffset? erasedAt
    ) =>
        [
            new(
                "vault",
                erasedAt,
                erasedAt is null ? null : 0,
                "Surrogates and sealed values lose their meaning in every copy when the vault rows are destroyed."
            ),
            new(
                "warehouse_row_bytes",
                null,
                null,
                "Deleted rows are no longer readable by any query; their masked bytes stay in the warehouse file until it "
                    + "is next rewritten, which has no fixed date."
            ),
            Kept(
                "raw_topics",
                suppressedAt,
                options.RawTopicRetentionDays,
                "The producers' own records, until the topic's retention removes them; a replay of them is suppressed."
            ),
            new(
                "quarantine",
                null,
                null,
                "Events that could not be masked, sealed whole, stay until they are replayed, which has no fixed date; a replay "
                    + "of those about this person drops them."
            ),
            Kept(
                "backups",
                erasedAt,
                options.BackupRetentionDays,
                "Backups of the warehouse hold masked rows only; they are meaningless without the vault rows."
            ),
        ];

    private static PhysicalDate Kept(string what, DateTimeOffset? since, int days, string note) =>
        new(what, since?.AddDays(days), days, note);
}

/// <summary>One place that holds copies.</summary>
/// <param name="What">The place.</param>
/// <param name="GoneAt">When its copies are gone; <see langword="null"/> where it has not begun or no date is known.</param>
/// <param name="AfterDays">How many days after the erasure, where that is known.</param>
/// <param name="Note">What that means.</param>
internal sealed record PhysicalDate(string What, DateTimeOffset? GoneAt, int? AfterDays, string Note);
