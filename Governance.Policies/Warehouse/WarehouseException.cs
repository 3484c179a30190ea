namespace Governance.Policies.Warehouse;

/// <summary>
/// The warehouse refused a call that its caller expects to be carried out. The message is the refusal's, which says what to do next
/// and never holds a value of a row.
/// </summary>
public sealed class WarehouseException(Refusal refusal) : Exception(refusal.Message)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;
}
