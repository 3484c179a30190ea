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
    WaitingView? Waiting,
    PauseView? Pause,
    ClocksView Clocks,
    PlanView? Plan,
    IReadOnlyList<ItemView> Items,
    ErasedView? Erased,
    IReadOnlyList<HistoryView> History,
    IReadOnlyList<string> Next,
    string? Receipt,
    DemandView? Demand,
    ExportView? Export,
    LimitView? Limit
);

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
/// <param name="State"><c>blocked_until</c>: the warehouse cannot do it before; <c>retry</c>: it failed and is tried again.</param>
/// <param name="Until">When.</param>
/// <param name="Causes">Codes of the tables that it waits for.</param>
internal sealed record PauseView(string State, DateTimeOffset Until, IReadOnlyList<string> Causes);

/// <summary>Both clocks: what the law asks, and when the last copy is gone.</summary>
internal sealed record ClocksView(LegalClockView Legal, IReadOnlyList<Clocks.PhysicalDate> Physical);

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
    string Verdict,
    string? Code,
    CountsView? Counts
);

/// <summary>An item's counts; absent ones are not known yet.</summary>
internal sealed record CountsView(
    long? RowsBefore,
    long? Matched,
    long? Erased,
    long? RowsAfter,
    long? MatchedAfter,
    bool? ControlUnchanged
);

/// <summary>What an erasure did beside the tables.</summary>
internal sealed record ErasedView(int Suppressions, int? VaultRowsDestroyed);

/// <summary>Who did what, when and why.</summary>
internal sealed record HistoryView(DateTimeOffset At, string Actor, string Act, string From, string To, string? Why);
