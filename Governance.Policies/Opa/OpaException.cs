namespace Governance.Policies.Opa;

/// <summary>The policy server gave no usable answer.</summary>
/// <param name="reason">In words for an operator, without what the server wrote: it may quote the question.</param>
/// <param name="isUnavailable">Whether the server is at fault and may be well later; else the question or the policies are.</param>
/// <param name="inner">What was thrown, or nothing.</param>
internal sealed class OpaException(string reason, bool isUnavailable, Exception? inner = null)
    : Exception(reason, inner)
{
    public bool IsUnavailable { get; } = isUnavailable;
}
