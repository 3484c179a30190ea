namespace Governance.Policies.Views;

/// <summary>
/// The smallest group that may be answered of a view. Such a view is asked alone, by a query that groups it; groups of fewer people are
/// left out. What two answers tell by their difference is not hidden by it. BigQuery holds it itself (its aggregation threshold); over
/// DuckDB the governed query does.
/// </summary>
/// <param name="Size">How many distinct people a group has at least: 2 or more.</param>
/// <param name="Subject">The view's column that tells people apart. A query may only count it.</param>
public sealed record SmallestGroup(int Size, string Subject);
