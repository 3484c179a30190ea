namespace Governance.Masking.Avro;

/// <summary>A contract and a writer schema do not make a plan. Lists every fault at once; names paths and types, never a value.</summary>
public sealed class PlanException(IReadOnlyList<PlanFault> faults)
    : Exception(string.Join("; ", faults.Select(fault => $"{fault.Path}: {fault.Message}")))
{
    /// <summary>All faults, in the schema's order; at least one.</summary>
    public IReadOnlyList<PlanFault> Faults { get; } = faults;

    /// <summary>The code that events of this schema are quarantined with.</summary>
    public string Code =>
        Faults.Any(fault => fault.Code == EventFaults.UnclassifiedField)
            ? EventFaults.UnclassifiedField
            : EventFaults.PlanRefused;
}

/// <summary>One reason why a plan cannot be made.</summary>
/// <param name="Path">The field, as in <see cref="Contracts.Column.Path"/>.</param>
/// <param name="Code"><see cref="EventFaults.UnclassifiedField"/> or <see cref="EventFaults.PlanRefused"/>.</param>
/// <param name="Message">What is wrong, and what to change.</param>
public sealed record PlanFault(string Path, string Code, string Message);
