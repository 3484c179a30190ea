using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>A name in a statement: of a table, a column, an alias. The dialect quotes it, whatever stands in it.</summary>
/// <param name="Parts">One part, or a table's path (project, dataset, table).</param>
internal readonly record struct SqlName(ImmutableArray<string> Parts)
{
    public static SqlName Of(params ReadOnlySpan<string> parts) => new([.. parts]);
}
