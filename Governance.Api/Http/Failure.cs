namespace Governance.Api.Http;

/// <summary>The kinds of failure that a caller must expect.</summary>
internal enum FailureKind
{
    /// <summary>The request is wrong.</summary>
    Invalid,

    /// <summary>A document in the request was read, and its content is wrong (422).</summary>
    InvalidDocument,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The thing's state does not allow it.</summary>
    Conflict,

    /// <summary>The caller may not.</summary>
    Forbidden,

    /// <summary>A part that is needed does not answer; trying again may help.</summary>
    Unavailable,

    /// <summary>The caller has as much running as they may (429).</summary>
    TooMany,

    /// <summary>This installation does not do it (501).</summary>
    NotOffered,

    /// <summary>It was there, and is no more (410).</summary>
    Gone,
}

/// <summary>An expected failure; it goes to the client as it stands, so it holds no personal value.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Code">A stable code in snake case, such as <c>unknown_person</c>.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Next">What to do next, or <see langword="null"/>.</param>
/// <param name="Faults">Every fault with its place; empty where the detail says it all.</param>
internal sealed record Failure(FailureKind Kind, string Code, string Detail, string? Next, IReadOnlyList<Fault> Faults)
{
    /// <summary>After how long to try again; <see langword="null"/> where nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Failure Invalid(
        string code,
        string detail,
        string? next = null,
        IReadOnlyList<Fault>? faults = null
    ) => new(FailureKind.Invalid, code, detail, next, faults ?? []);

    public static Failure InvalidDocument(string code, string detail, string? next, IReadOnlyList<Fault> faults) =>
        new(FailureKind.InvalidDocument, code, detail, next, faults);

    public static Failure NotFound(string code, string detail, string? next = null) =>
        new(FailureKind.NotFound, code, detail, next, []);

    public static Failure Conflict(string code, string detail, string? next = null) =>
        new(FailureKind.Conflict, code, detail, next, []);

    public static Failure Forbidden(string code, string detail, string? next = null) =>
        new(FailureKind.Forbidden, code, detail, next, []);

    public static Failure Unavailable(string code, string detail, string? next = null) =>
        new(FailureKind.Unavailable, code, detail, next, []);

    public static Failure Gone(string code, string detail, string? next = null) =>
        new(FailureKind.Gone, code, detail, next, []);

    public static Failure NotOffered(string code, string detail, string? next = null) =>
        new(FailureKind.NotOffered, code, detail, next, []);
}

/// <summary>One thing that is wrong, and where.</summary>
/// <param name="Path">Where, in the request or document: <c>claims[0].value</c>.</param>
/// <param name="Code">A stable code in snake case.</param>
/// <param name="Message">What is wrong and what to write instead; never the value.</param>
/// <param name="Line">Line of a document, from 1; <see langword="null"/> elsewhere.</param>
/// <param name="Column">Column in the line, from 1; <see langword="null"/> elsewhere.</param>
internal sealed record Fault(string Path, string Code, string Message, int? Line = null, int? Column = null);
