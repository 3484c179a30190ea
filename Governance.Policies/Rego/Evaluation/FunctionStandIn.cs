using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Compile;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>What a function is replaced with by <c>with</c>: a builtin, a rule's function, or the value beside it.</summary>
internal sealed record FunctionStandIn(Builtin? Builtin, RuleTree? Function);
