namespace Governance.Policies.Warehouse;

/// <summary>
/// The warehouse cannot do its work: it is away, full, or held by another process. The message says what to do next, and never
/// holds a value of a row.
/// </summary>
public sealed class WarehouseException(string message) : Exception(message);
