namespace Governance.Api.Features.SubjectRequests.Get;

/// <summary>A subject request as people read it. No value of the person is in it.</summary>
internal sealed record SubjectRequestView(
    Guid Id,
    string Type,
    string Subject,
    string State,
    string? Channel,
    DateTimeOffset ReceivedAt,
    DateTimeOffset SubmittedAt,
    IReadOnlyList<string> ClaimDomains,
    string? DuplicateOf,
    Guid? Batch,
    WaitingView? Waiting,
    PauseView? Pause,
    ClocksView Clocks,
    PlanView? Plan,
    IReadOnlyList<ItemView> Items,
    IReadOnlyList<HoldView> Holds,
    ErasedView? Erased,
    IReadOnlyList<HistoryView> History,
    IReadOnlyList<string> Next,
    string? Receipt,
    DemandView? Demand,
    ExportView? Export,
    LimitView? Limit
)
{
    /// <summary>Who was told of what was done (GDPR Art. 19).</summary>
    public IReadOnlyList<NotifiedRecipient> Recipients { get; init; } = [];

    /// <summary>The same with its recipients. It waits for them where it has ended and one has not answered; it has ended all the same.</summary>
    public SubjectRequestView With(IReadOnlyList<NotifiedRecipient> recipients)
    {
        var open = recipients.Where(one => one.NextAt is not null).ToArray();
        return this with
        {
            Recipients = recipients,
            Pause =
                Pause is null && open.Length > 0
                    ? new PauseView(
                        "awaiting_recipient",
                        open.Min(one => one.NextAt!.Value),
                        [.. open.Select(one => one.Name).Distinct(StringComparer.Ordinal)]
                    )
                    : Pause,
        };
    }
}

/// <summary>What the request asks beyond its type.</summary>
/// <param name="Purposes">The purposes that an objection stops.</param>
/// <param name="RefusedPurposes">Those that may not be objected to, each with its ground.</param>
/// <param name="EncryptTo">What an archive is encrypted to: <c>passphrase</c> or <c>public_key</c>.</param>
internal sealed record DemandView(
    IReadOnlyList<string> Purposes,
    IReadOnlyList<string> RefusedPurposes,
    string? EncryptTo
);

/// <summary>The archive of an access or portability request.</summary>
/// <param name="Location">Where it is downloaded; absent where it is not given out (any more).</param>
/// <param name="Bytes">Its length, encrypted.</param>
/// <param name="Sha256">Of the encrypted file.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="WrittenAt">When it was written.</param>
/// <param name="ExpiresAt">When it is destroyed.</param>
/// <param name="DestroyedAt">When it was.</param>
/// <param name="Downloads">How often it was downloaded.</param>
internal sealed record ExportView(
    string? Location,
    long Bytes,
    string Sha256,
    long Rows,
    DateTimeOffset WrittenAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DestroyedAt,
    int Downloads
);

/// <summary>The limit that a restriction or an objection set.</summary>
/// <param name="Purposes">The purposes that it stops; <c>*</c> for all.</param>
/// <param name="Since">When it was put in force.</param>
/// <param name="Views">Issued views that were counted then.</param>
/// <param name="ShownBefore">Rows of the person that they showed before.</param>
/// <param name="LiftedAt">When it was lifted.</param>
/// <param name="LiftedBy">By whom.</param>
/// <param name="LiftReason">Why.</param>
internal sealed record LimitView(
    IReadOnlyList<string> Purposes,
    DateTimeOffset Since,
    int Views,
    long ShownBefore,
    DateTimeOffset? LiftedAt,
    string? LiftedBy,
    string? LiftReason
);

/// <summary>Why the request waits for a person.</summary>
internal sealed record WaitingView(string Code, int? People, string Detail, string? Next);

/// <summary>Why the request goes on later by itself.</summary>
/// <param name="State">
/// <c>blocked_until</c>: the warehouse, or a legal hold, does not let it before; <c>retry</c>: it failed and is tried again;
/// <c>awaiting_recipient</c>: it has ended, and a recipient has not received or acknowledged it yet.
/// </param>
/// <param name="Until">When it goes on, or the next recipient is tried or given up; absent where a hold lasts until it is released.</param>
/// <param name="Causes">Codes of the tables that it waits for, or names of the recipients.</param>
internal sealed record PauseView(string State, DateTimeOffset? Until, IReadOnlyList<string> Causes);

/// <summary>Both clocks: what the law asks, and when the last copy is gone.</summary>
/// <param name="Legal">What the law asks.</param>
/// <param name="Physical">The places that hold copies.</param>
/// <param name="LogicallyErasedAt">From when nobody can read or reveal anything of the person; absent before.</param>
/// <param name="PhysicallyGoneBy">When the last copy is gone, of all places that have a date; absent before the erasure.</param>
/// <param name="WithoutDate">The places that have none.</param>
internal sealed record ClocksView(
    LegalClockView Legal,
    IReadOnlyList<Clocks.PhysicalDate> Physical,
    DateTimeOffset? LogicallyErasedAt,
    DateTimeOffset? PhysicallyGoneBy,
    IReadOnlyList<string> WithoutDate
);

/// <summary>The legal deadline (GDPR Art. 12(3)).</summary>
/// <param name="ReceivedOn">The day of receipt, in London.</param>
/// <param name="DueOn">The last day that holds: the extension's, where there is one.</param>
/// <param name="FirstDueOn">The last day of the first month.</param>
/// <param name="Extension">The extension, if there is one.</param>
/// <param name="Due"><c>late</c>, <c>soon</c> or <c>in_time</c>; absent once the request has ended.</param>
/// <param name="DaysLeft">Days until <paramref name="DueOn"/>, negative after it; absent once the request has ended.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="InTime">Whether that was in time.</param>
/// <param name="Rule">How the days are counted.</param>
internal sealed record LegalClockView(
    DateOnly ReceivedOn,
    DateOnly DueOn,
    DateOnly FirstDueOn,
    ExtensionView? Extension,
    string? Due,
    int? DaysLeft,
    DateTimeOffset? EndedAt,
    bool? InTime,
    string Rule
);

/// <summary>Two further months, and why, as the person must be told inside the first.</summary>
internal sealed record ExtensionView(DateOnly DueOn, DateTimeOffset ExtendedAt, string Reason);

/// <summary>The plan.</summary>
internal sealed record PlanView(
    string Hash,
    DateTimeOffset MadeAt,
    DateTimeOffset? ApprovedAt,
    IReadOnlyList<string> Unreached,
    IReadOnlyDictionary<string, int> Identifiers
);

/// <summary>One table.</summary>
internal sealed record ItemView(
    string Dataset,
    string Contract,
    string Action,
    IReadOnlyList<string> Columns,
    string? Ground,
    string? Period,
    long EstimatedRows,
    long? EstimatedBytes,
    string? WaivedBy,
    string Verdict,
    string? Code,
    CountsView? Counts,
    HashesView? Hashes
);

/// <summary>An item's counts; absent ones are not known yet.</summary>
/// <param name="RowsBefore">Rows of the table before the statement.</param>
/// <param name="Matched">The person's rows.</param>
/// <param name="BatchMatched">Rows of all people whom the statement was for; absent where it was for this one alone.</param>
/// <param name="Erased">The person's rows that were deleted or cleared.</param>
/// <param name="RowsAfter">Rows of the table after the statement.</param>
/// <param name="MatchedAfter">The person's rows that a count afterwards found.</param>
/// <param name="ControlUnchanged">Whether the rows that must not change did not.</param>
/// <param name="Views">Issued views through which the rows were counted, too.</param>
internal sealed record CountsView(
    long? RowsBefore,
    long? Matched,
    long? BatchMatched,
    long? Erased,
    long? RowsAfter,
    long? MatchedAfter,
    bool? ControlUnchanged,
    int? Views
);

/// <summary>Keyed hashes of the corrected values of a table, as they were and as they are: whoever has the key can tell which they were.</summary>
internal sealed record HashesView(string Before, string? After);

/// <summary>A legal hold that was placed through the request.</summary>
/// <param name="Id">Its id, by which it is released.</param>
/// <param name="Datasets">The tables; empty for every table.</param>
/// <param name="Reason">The ground.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="PlacedAt">When it was placed.</param>
/// <param name="PlacedBy">By whom.</param>
/// <param name="TooLateFor">Tables whose statement had begun before.</param>
/// <param name="ReleasedAt">When it was released.</param>
/// <param name="ReleasedBy">By whom.</param>
/// <param name="ReleaseReason">Why.</param>
internal sealed record HoldView(
    Guid Id,
    IReadOnlyList<string> Datasets,
    string Reason,
    DateTimeOffset? Until,
    DateTimeOffset PlacedAt,
    string PlacedBy,
    IReadOnlyList<string> TooLateFor,
    DateTimeOffset? ReleasedAt,
    string? ReleasedBy,
    string? ReleaseReason
);

/// <summary>What an erasure did beside the tables.</summary>
internal sealed record ErasedView(int Suppressions, int? VaultRowsDestroyed);

/// <summary>Who did what, when and why.</summary>
internal sealed record HistoryView(DateTimeOffset At, string Actor, string Act, string From, string To, string? Why);
