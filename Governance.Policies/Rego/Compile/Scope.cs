using Governance.Policies.Rego.Syntax;

namespace Governance.Policies.Rego.Compile;

/// <summary>The slots of one rule, function or query.</summary>
internal sealed class FrameLayout
{
    public int Size { get; private set; }

    public int Take() => Size++;
}

/// <summary>The names that a body sees.</summary>
internal sealed class Scope(FrameLayout frame, Scope? parent)
{
    private readonly Dictionary<string, Variable> own = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;
    public FrameLayout Frame { get; } = frame;
    public IEnumerable<Variable> Own => own.Values;

    /// <summary>Names that a later line of this body declares: an earlier use of them is a fault.</summary>
    public HashSet<string> Announced { get; } = new(StringComparer.Ordinal);

    public Variable? Find(string name)
    {
        if (own.TryGetValue(name, out var variable))
        {
            return variable;
        }

        if (Announced.Contains(name))
        {
            used.Add(name);
        }

        return parent?.Find(name);
    }

    /// <summary>Whether a name is seen, without counting as a use of it.</summary>
    public bool Sees(string name) => own.ContainsKey(name) || parent?.Sees(name) == true;

    public Variable Declare(string name, Location at)
    {
        if (own.ContainsKey(name))
        {
            throw new SyntaxFault(
                at,
                SyntaxFault.Compile,
                $"var {name} is declared above: choose another name, or write '=' or '=='."
            );
        }

        if (used.Contains(name))
        {
            throw new SyntaxFault(
                at,
                SyntaxFault.Compile,
                $"var {name} is referenced above its declaration: move the declaration up."
            );
        }

        return Add(name, at);
    }

    public Variable Add(string name, Location at) => own[name] = New(name, at);

    public Variable Fresh(Location at) => New("", at);

    public Variable Wildcard(Location at) => New("_", at);

    private Variable New(string name, Location at) => new(name, at, Frame.Take(), Depth);
}
