using System.Collections.Immutable;

namespace Governance.Policies.Rego.Partial;

/// <summary>The row that a policy is asked about before it is known: <c>input.{Table}.{column}</c>.</summary>
/// <param name="Table">The input's member that the row stands under; one name.</param>
/// <param name="Columns">The columns that policies may ask about. Any other is refused, and never taken for missing.</param>
public sealed record UnknownRow(string Table, ImmutableArray<UnknownColumn> Columns);

/// <summary>A column of the row.</summary>
/// <param name="Path">As the contract writes it, such as <c>address.region</c>.</param>
/// <param name="Kind">What it holds as JSON.</param>
public sealed record UnknownColumn(string Path, ColumnKind Kind);

/// <summary>What a column holds, as a policy sees it.</summary>
public enum ColumnKind
{
    /// <summary>Text; also all that JSON writes as text, such as dates.</summary>
    Text,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,
}
