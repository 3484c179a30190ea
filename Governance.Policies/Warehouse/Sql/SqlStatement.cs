using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>A statement as a dialect has written it.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Values">Its values, in the order of <see cref="SqlDialect.Parameter"/>.</param>
internal sealed record SqlStatement(string Text, ImmutableArray<SqlValue> Values);
