namespace Governance.Policies.Rego;

/// <summary>Policies cannot be put in force. Nothing of them is.</summary>
public sealed class PolicyLoadException(IReadOnlyList<PolicyFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>All that was found, by file and line.</summary>
    public IReadOnlyList<PolicyFault> Faults { get; } = faults;
}
