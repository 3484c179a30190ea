namespace Governance.Policies.Warehouse;

/// <summary>Why a warehouse did not do what it was asked, in a form that a caller can act on.</summary>
/// <param name="Kind">What to do about it.</param>
/// <param name="Code">A stable code for state and ledger, such as <c>streaming_buffer</c>.</param>
/// <param name="Message">Words for an operator, with the next step; never a value of a row.</param>
/// <param name="Until">For <see cref="RefusalKind.NotYet"/>: when it is worth asking again; else <see langword="null"/>.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message, DateTimeOffset? Until = null)
{
    /// <summary>Whether the same call may succeed later without anybody doing anything.</summary>
    public bool IsTransient => Kind is RefusalKind.Away or RefusalKind.Busy or RefusalKind.NotYet;
}

/// <summary>Kinds of refusals.</summary>
public enum RefusalKind
{
    /// <summary>The warehouse does not answer, or answers with a fault of its own. Ask again; it says nothing about the statement.</summary>
    Away,

    /// <summary>It is there and has too much to do: a full queue, a rate limit. Ask again.</summary>
    Busy,

    /// <summary>It cannot be done before <see cref="Refusal.Until"/>: rows that stand in the streaming buffer.</summary>
    NotYet,

    /// <summary>The table, dataset, view or job is not there.</summary>
    Gone,

    /// <summary>The service's account may not do it.</summary>
    Denied,

    /// <summary>It would read more than the settings allow.</summary>
    TooCostly,

    /// <summary>Something changed between reading and writing (an etag): read again, then decide again.</summary>
    Changed,

    /// <summary>The statement itself is refused. Asking again will not help.</summary>
    Invalid,
}
