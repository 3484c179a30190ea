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

    /// <summary>Which run of the statement this is: a second one follows where rows were found afterwards.</summary>
    public int Round { get; set; } = 1;

    /// <summary>The statement's id: written before it runs, so that it is never run twice.</summary>
    public string? JobId { get; set; }

    /// <summary>Rows erased by earlier runs.</summary>
    public long ErasedEarlier { get; set; }

    public long? RowsBefore { get; set; }

    public long? Matched { get; set; }

    public long? Affected { get; set; }

    public long? RowsAfter { get; set; }

    public long? MatchedAfter { get; set; }

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

    /// <summary>The person's rows go into their archive.</summary>
    Collect,

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

    /// <summary>The table was left out, for the item's ground.</summary>
    LeftOut,

    /// <summary>It failed and is tried again.</summary>
    FailedRetryable,

    /// <summary>The warehouse cannot do it before a certain time (rows in its streaming buffer); it is done then.</summary>
    BlockedUntil,

    /// <summary>It failed for good.</summary>
    FailedTerminal,
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
            ItemAction.Collect => "collect",
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
            ItemVerdict.LeftOut => "left_out",
            ItemVerdict.FailedRetryable => "failed_retryable",
            ItemVerdict.BlockedUntil => "blocked_until",
            _ => "failed_terminal",
        };

    public static bool IsFinal(this ItemVerdict verdict) =>
        verdict is not (ItemVerdict.Pending or ItemVerdict.FailedRetryable or ItemVerdict.BlockedUntil);
}
