using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>One table of a plan: what is done to it, and how that ended.</summary>
internal sealed class RequestItem
{
    public Guid RequestId { get; init; }

    public int Position { get; init; }

    public required string Dataset { get; init; }

    public required string ContractId { get; init; }

    public ItemAction Action { get; init; }

    /// <summary>Paths of the identifier columns that a row is matched by.</summary>
    public List<string> Columns { get; init; } = [];

    /// <summary>Why rows are kept: the contract's legal basis, or <see cref="SharedGround"/>.</summary>
    public string? Ground { get; init; }

    /// <summary>For how long, as <c>6y</c>.</summary>
    public string? Period { get; init; }

    /// <summary>Rows that matched when the plan was made.</summary>
    public long EstimatedRows { get; init; }

    /// <summary>Bytes that the statement would have read then; <see langword="null"/> where the warehouse does not say.</summary>
    public long? EstimatedBytes { get; init; }

    /// <summary>Who says that the table needs not be reached.</summary>
    public string? WaivedBy { get; init; }

    /// <summary>Which run of the statement this is: a second one follows where rows were found afterwards.</summary>
    public int Round { get; set; } = 1;

    /// <summary>The statement's id: written before it runs, so that it is never run twice.</summary>
    public string? JobId { get; set; }

    /// <summary>Rows erased by earlier runs.</summary>
    public long ErasedEarlier { get; set; }

    /// <summary>When the statement was begun: from then on no hold can keep it back.</summary>
    public DateTimeOffset? BeganAt { get; private set; }

    /// <summary>The person's rows, counted right before the statement.</summary>
    public long? Counted { get; private set; }

    /// <summary>The same from an earlier try, which was perhaps cut off after the statement had run.</summary>
    public long? CountedEarlier { get; private set; }

    /// <summary>When the hold that it waits for ends.</summary>
    public DateTimeOffset? HeldUntil { get; private set; }

    public long? RowsBefore { get; set; }

    /// <summary>The person's rows that the statement matched.</summary>
    public long? Matched { get; set; }

    /// <summary>Rows that the statement matched for all people of the batch.</summary>
    public long? BatchMatched { get; set; }

    public long? Affected { get; set; }

    public long? RowsAfter { get; set; }

    public long? MatchedAfter { get; set; }

    /// <summary>Issued views through which it was counted as well.</summary>
    public int? ViewsCounted { get; set; }

    /// <summary>Keyed hash of the values that stood there, and of those that stand there now, where values were corrected.</summary>
    public string? HashBefore { get; set; }

    public string? HashAfter { get; set; }

    /// <summary>Whether the rows that must not change did not.</summary>
    public bool? ControlUnchanged { get; set; }

    public ItemVerdict Verdict { get; set; } = ItemVerdict.Pending;

    /// <summary>Why it failed: a stable code.</summary>
    public string? Code { get; set; }

    public int Attempts { get; set; }

    /// <summary>The ground of a table whose rows are about others too.</summary>
    public const string SharedGround = "a shared record, not the person's own";

    /// <summary>Whether a statement runs over the table.</summary>
    public bool IsErased => Action is ItemAction.Delete or ItemAction.Clear;

    /// <summary>Whether the statement has run.</summary>
    public bool HasOutcome => RowsAfter is not null;

    /// <summary>Rows erased by all runs.</summary>
    public long Erased => ErasedEarlier + (Affected ?? 0);

    /// <summary>Whether a legal hold keeps its statement back.</summary>
    public bool IsHeld => Verdict is ItemVerdict.BlockedUntil && Code == HeldCode;

    /// <summary>The code of an item that a legal hold keeps back.</summary>
    public const string HeldCode = "legal_hold";

    /// <summary>The statement is about to run.</summary>
    public void Begin(string jobId, long? counted, DateTimeOffset at)
    {
        JobId = jobId;
        CountedEarlier = Counted;
        Counted = counted;
        BeganAt ??= at;
        if (IsHeld)
        {
            Verdict = ItemVerdict.Pending;
            Code = null;
            HeldUntil = null;
        }
    }

    /// <summary>A legal hold keeps the statement back.</summary>
    public void Wait(HoldEnd end)
    {
        Verdict = ItemVerdict.BlockedUntil;
        Code = HeldCode;
        HeldUntil = end.Until;
    }

    /// <summary>The statement has run, perhaps for many people: what it did to the table, and what of it was this person's.</summary>
    public void Keep(ErasureOutcome outcome, long share)
    {
        RowsBefore = outcome.RowsBefore;
        RowsAfter = outcome.RowsAfter;
        BatchMatched = outcome.Matched;
        Matched = share;

        // Where it affected more or fewer than it matched, that shows in each one's numbers.
        Affected = share + outcome.Affected - outcome.Matched;
        ControlUnchanged = outcome.ControlBefore == outcome.ControlAfter;
        Verdict = ItemVerdict.Pending;
        Code = null;
    }

    /// <summary>Rows were found afterwards: the statement runs once more.</summary>
    public void Repeat(string jobId)
    {
        ErasedEarlier = Erased;
        Round++;
        JobId = jobId;
        BeganAt = null;
        Counted = null;
        CountedEarlier = null;
        RowsBefore = null;
        Matched = null;
        BatchMatched = null;
        Affected = null;
        RowsAfter = null;
        ControlUnchanged = null;
    }
}

/// <summary>What a plan does to a table.</summary>
internal enum ItemAction
{
    /// <summary>The person's rows are deleted.</summary>
    Delete,

    /// <summary>Their personal columns become null.</summary>
    Clear,

    /// <summary>They stay, for the legal reason that the contract names.</summary>
    Retain,

    /// <summary>The table holds only rows about others too: none is touched.</summary>
    Shared,

    /// <summary>No path reaches the table, and somebody has said why it needs not be reached.</summary>
    Waive,

    /// <summary>The person's rows go into their archive.</summary>
    Collect,

    /// <summary>Values in the person's rows are corrected.</summary>
    Correct,

    /// <summary>Issued views leave the person's rows out.</summary>
    Limit,

    /// <summary>The table is no part of the answer, for the item's ground.</summary>
    LeaveOut,
}

/// <summary>How an item ended.</summary>
internal enum ItemVerdict
{
    /// <summary>It has not.</summary>
    Pending,

    /// <summary>Rows were erased, and a count afterwards finds none.</summary>
    ErasedVerified,

    /// <summary>There was nothing.</summary>
    NothingFound,

    /// <summary>Rows stay, for the item's ground.</summary>
    Retained,

    /// <summary>The rows stand in the archive.</summary>
    Collected,

    /// <summary>A count through every issued view finds none of the person's rows.</summary>
    LimitedVerified,

    /// <summary>Values were corrected, and a look afterwards finds the new ones alone.</summary>
    CorrectedVerified,

    /// <summary>The table was left out, for the item's ground.</summary>
    LeftOut,

    /// <summary>It failed and is tried again.</summary>
    FailedRetryable,

    /// <summary>The warehouse cannot do it before a certain time (rows in its streaming buffer); it is done then.</summary>
    BlockedUntil,

    /// <summary>It failed for good.</summary>
    FailedTerminal,

    /// <summary>Nobody looked: somebody said why it needs not be reached.</summary>
    Waived,
}

/// <summary>Names on the wire and in the store.</summary>
internal static class ItemNames
{
    public static string Name(this ItemAction action) =>
        action switch
        {
            ItemAction.Delete => "delete",
            ItemAction.Clear => "clear",
            ItemAction.Retain => "retain",
            ItemAction.Waive => "waive",
            ItemAction.Collect => "collect",
            ItemAction.Correct => "correct",
            ItemAction.Limit => "limit",
            ItemAction.LeaveOut => "leave_out",
            _ => "keep_shared",
        };

    public static string Name(this ItemVerdict verdict) =>
        verdict switch
        {
            ItemVerdict.Pending => "pending",
            ItemVerdict.ErasedVerified => "erased_verified",
            ItemVerdict.NothingFound => "nothing_found",
            ItemVerdict.Retained => "retained",
            ItemVerdict.Collected => "collected",
            ItemVerdict.LimitedVerified => "limited_verified",
            ItemVerdict.CorrectedVerified => "corrected_verified",
            ItemVerdict.LeftOut => "left_out",
            ItemVerdict.FailedRetryable => "failed_retryable",
            ItemVerdict.BlockedUntil => "blocked_until",
            ItemVerdict.Waived => "waived",
            _ => "failed_terminal",
        };

    public static bool IsFinal(this ItemVerdict verdict) =>
        verdict is not (ItemVerdict.Pending or ItemVerdict.FailedRetryable or ItemVerdict.BlockedUntil);
}
