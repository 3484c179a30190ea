using System.Collections.Immutable;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Querying;

/// <summary>A question of a person, in SQL. Not a record: its text form must not show what is asked.</summary>
/// <remarks>
/// <para>
/// One SELECT. A table is written as the dataset's name (<c>FROM payments</c>) or as the issued view's (<c>FROM
/// published.g7_payments</c>), in any case; a name that the query gives itself in WITH comes first. Where several views of one dataset are
/// granted, only their own names tell which is meant.
/// </para>
/// <para>
/// Joins, subqueries, WITH, set operations, windows and most functions are answered; recursion, files, settings, catalogs, macros, sampling
/// and lists or records made by the query are not. LIKE takes its pattern from a literal or a parameter.
/// </para>
/// </remarks>
public sealed class GovernedQuery
{
    /// <summary>The statement.</summary>
    public required string Sql { get; init; }

    /// <summary>
    /// Values of its parameters: by <c>"1"</c>, <c>"2"</c> for <c>?</c> and <c>$1</c>, or by name for <c>$name</c>. A string, a long, a
    /// decimal, a double, a bool, or null.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>The views that were granted.</summary>
    public required ImmutableArray<GrantedView> Views { get; init; }

    /// <summary>Who asks: the person first, then their groups; see <see cref="Policies.Views.Members"/>.</summary>
    public required ImmutableArray<string> Members { get; init; }

    /// <summary>How much of the warehouse it may take.</summary>
    public QueryLimits Limits { get; init; } = new();
}

/// <summary>A view that was granted to the person who asks.</summary>
/// <param name="Dataset">The dataset that it shows.</param>
/// <param name="Name">The issued view's name.</param>
/// <param name="SmallestGroup">Where set, only groups of so many people are answered.</param>
/// <param name="Until">When the grant ends; a query that still runs then is stopped.</param>
public sealed record GrantedView(
    string Dataset,
    string Name,
    SmallestGroup? SmallestGroup = null,
    DateTimeOffset? Until = null
);

/// <summary>How much of the warehouse one query may take.</summary>
public sealed record QueryLimits
{
    /// <summary>From the start to the last row that is read. Default 30 seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Rows of the answer. Default one million.</summary>
    public long Rows { get; init; } = 1_000_000;

    /// <summary>Bytes of the answer, in memory's form. Default 256 MiB.</summary>
    public long Bytes { get; init; } = 256L << 20;

    /// <summary>Memory and temporary files while it works, of all queries together. Default 256 MiB.</summary>
    public long WorkingBytes { get; init; } = 256L << 20;

    /// <summary>Queries at once. Default 4.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Queries of one person at once. Default 2.</summary>
    public int AtOncePerPerson { get; init; } = 2;
}
