using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>
/// When the last copy of an erased row is really gone, place by place. What has no date is said to have none.
/// </summary>
internal static class PhysicalClock
{
    /// <summary>The places that hold copies.</summary>
    /// <param name="options">How long each keeps them.</param>
    /// <param name="inventory">What the warehouse keeps; <see langword="null"/> where it cannot be asked now.</param>
    /// <param name="tables">The tables that rows were erased in.</param>
    /// <param name="suppressedAt">When the person's events were dropped from; <see langword="null"/> while nothing has run.</param>
    /// <param name="erasedAt">When the erasure ended; <see langword="null"/> before.</param>
    public static IReadOnlyList<PhysicalDate> Of(
        SubjectRequestOptions options,
        PhysicalInventory? inventory,
        IReadOnlyCollection<string> tables,
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
            RowBytes(inventory, erasedAt),
            .. Copies(inventory, tables, erasedAt),
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
                "Backups of the warehouse hold masked rows only; they are meaningless without the vault rows, and one that is "
                    + "put back is erased again before anything is served."
            ),
        ];

    private static PhysicalDate RowBytes(PhysicalInventory? inventory, DateTimeOffset? erasedAt)
    {
        const string what = "warehouse_row_bytes";
        if (inventory is null)
        {
            return new(
                what,
                null,
                null,
                "The warehouse cannot be asked at this moment how long it keeps deleted rows."
            );
        }

        // Gone already where the bytes were removed since; else at the latest then.
        var gone =
            erasedAt is { } erased && inventory.PurgedAt >= erased
                ? inventory.PurgedAt
                : erasedAt + inventory.KeptAfterDeletion;
        return new(what, gone, (int)Math.Ceiling(inventory.KeptAfterDeletion.TotalDays), inventory.Note);
    }

    private static IEnumerable<PhysicalDate> Copies(
        PhysicalInventory? inventory,
        IReadOnlyCollection<string> tables,
        DateTimeOffset? erasedAt
    ) =>
        (inventory?.Copies ?? [])
            // One that was taken afterwards has nothing of theirs.
            .Where(copy =>
                tables.Contains(copy.Table, StringComparer.Ordinal) && (erasedAt is null || copy.TakenAt < erasedAt)
            )
            .Select(copy => new PhysicalDate(
                $"{copy.Kind}:{copy.Name}",
                erasedAt is null ? null
                    : copy.ExpiresAt > erasedAt ? copy.ExpiresAt
                    : copy.ExpiresAt is null ? null
                    : erasedAt,
                null,
                copy.ExpiresAt is null
                    ? $"A {copy.Kind} of {copy.Table} that stays until somebody drops it; what it holds means nothing without the vault rows."
                    : $"A {copy.Kind} of {copy.Table}, until it expires."
            ));

    private static PhysicalDate Kept(string what, DateTimeOffset? since, int days, string note) =>
        new(what, since?.AddDays(days), days, note);
}

/// <summary>One place that holds copies.</summary>
/// <param name="What">The place.</param>
/// <param name="GoneAt">When its copies are gone; <see langword="null"/> where it has not begun or no date is known.</param>
/// <param name="AfterDays">How many days after the erasure, where that is known.</param>
/// <param name="Note">What that means.</param>
internal sealed record PhysicalDate(string What, DateTimeOffset? GoneAt, int? AfterDays, string Note);
