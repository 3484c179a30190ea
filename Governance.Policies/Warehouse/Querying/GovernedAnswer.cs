using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.Querying;

/// <summary>What came of a query: rows, or a refusal.</summary>
/// <param name="Refusal">Why it was refused; else <see langword="null"/>.</param>
/// <param name="Rows">The rows; to be disposed of. <see langword="null"/> where it was refused.</param>
/// <param name="Statement">What the statement is; <see langword="null"/> where it could not be read.</param>
public sealed record GovernedAnswer(QueryRefusal? Refusal, GovernedRows? Rows, QueriedStatement? Statement);

/// <summary>What may be written down of a statement.</summary>
/// <param name="Shape">SHA-256, in hex, of its tree without literals and positions: the same question about other values has the same.</param>
/// <param name="Views">The views that it reads, as far as it was understood.</param>
public sealed record QueriedStatement(string Shape, ImmutableArray<GrantedView> Views)
{
    /// <summary>Names of the columns that it may read, of whichever view; <see langword="null"/> where it may read all.</summary>
    public ImmutableArray<string>? Columns { get; init; } = ImmutableArray<string>.Empty;
}

/// <summary>Why a query is not answered, or not to its end. Holds nothing of the statement and nothing of the rows.</summary>
/// <param name="Kind">What to do about it.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Line">Where in the statement, from 1; <see langword="null"/> where it is about no place.</param>
/// <param name="Column">The character in the line, from 1.</param>
public sealed record QueryRefusal(
    QueryRefusalKind Kind,
    string Code,
    string Message,
    string Next,
    int? Line = null,
    int? Column = null
);

/// <summary>Kinds of refusals of a query.</summary>
public enum QueryRefusalKind
{
    /// <summary>The statement is wrong, or is none that is answered.</summary>
    Statement,

    /// <summary>It asks for what was not granted.</summary>
    NotGranted,

    /// <summary>It takes more than it may.</summary>
    Limit,

    /// <summary>Too many queries run.</summary>
    Busy,

    /// <summary>The warehouse cannot answer now.</summary>
    Away,
}
