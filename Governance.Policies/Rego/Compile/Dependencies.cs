using Governance.Policies.Rego.Syntax;

namespace Governance.Policies.Rego.Compile;

/// <summary>What a rule's bodies ask for.</summary>
internal sealed class Dependencies
{
    public List<Reference> References { get; } = [];
    public List<(RuleTree Function, Location At)> Functions { get; } = [];

    public void Add(Reference reference) => References.Add(reference);

    public void AddFunction(RuleTree function, Location at) => Functions.Add((function, at));
}
