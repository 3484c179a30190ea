using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>A variable of a rule: one slot of its frame.</summary>
internal sealed class Variable(string name, Location at, int slot, int depth)
{
    public string Name { get; } = name;
    public Location At { get; } = at;
    public int Slot { get; } = slot;

    /// <summary>How many bodies enclose the one that the variable belongs to.</summary>
    public int Depth { get; } = depth;

    public bool IsGenerated => Name.Length == 0;
    public bool IsWildcard => Name == "_";
}

/// <summary>A term whose names are known.</summary>
internal abstract record Resolved(Location At);

internal sealed record Constant(Location At, RegoValue Value) : Resolved(At);

internal sealed record Local(Location At, Variable Variable) : Resolved(At);

internal enum Root
{
    None,
    Input,
    Data,
}

/// <summary>Steps from the input, from data, or from another term.</summary>
internal sealed record Reference(Location At, Root Root, Resolved? Head, IReadOnlyList<Resolved> Steps) : Resolved(At);

/// <summary>A call of a builtin or of a rule's function; one of them is null.</summary>
internal sealed record Invocation(Location At, Builtin? Builtin, RuleTree? Function, IReadOnlyList<Resolved> Arguments)
    : Resolved(At);

internal sealed record ArrayOf(Location At, IReadOnlyList<Resolved> Items) : Resolved(At);

internal sealed record SetOf(Location At, IReadOnlyList<Resolved> Items) : Resolved(At);

internal sealed record ObjectOf(Location At, IReadOnlyList<(Resolved Key, Resolved Value)> Members) : Resolved(At);

/// <summary>A comprehension; <paramref name="Depth"/> is its body's.</summary>
internal sealed record Comprehension(
    Location At,
    ComprehensionKind Kind,
    Resolved? Key,
    Resolved Value,
    IReadOnlyList<Goal> Body,
    int Depth
) : Resolved(At);

/// <summary>A template; an expression is a set comprehension of at most one element.</summary>
internal sealed record Template(Location At, IReadOnlyList<(string? Text, Resolved? Expression)> Parts) : Resolved(At);

/// <summary>What a body asks for; the planner orders them.</summary>
internal abstract record Goal(Location At);

internal sealed record Unify(Location At, Resolved Left, Resolved Right) : Goal(At);

internal sealed record Test(Location At, Resolved Term) : Goal(At);

internal sealed record Not(Location At, Goal Inner) : Goal(At);

internal sealed record Walk(Location At, Resolved Value, Resolved Output) : Goal(At);

internal sealed record Every(
    Location At,
    Variable? Key,
    Variable Value,
    Resolved Domain,
    IReadOnlyList<Goal> Body,
    int Depth
) : Goal(At);

/// <summary>Goals that hold with another input or other data.</summary>
internal sealed record With(Location At, IReadOnlyList<Goal> Goals, IReadOnlyList<Replacement> Replacements) : Goal(At);

/// <summary>What stands for a path of the input or of data, or for a function.</summary>
internal sealed record Replacement(
    Location At,
    Root Root,
    IReadOnlyList<RegoValue> Path,
    Resolved? Value,
    object? Function = null,
    FunctionStandIn? StandIn = null
);
