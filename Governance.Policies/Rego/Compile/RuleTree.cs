using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>A place in data under which rules stand.</summary>
internal sealed class RuleTree(RuleTree? parent, RegoValue? key, int id)
{
    private SortedDictionary<RegoValue, RuleTree>? children;

    public RuleTree? Parent { get; } = parent;
    public RegoValue? Key { get; } = key;

    /// <summary>The index of what the place is, in a cache.</summary>
    public int Id { get; } = id;

    public List<Rule> Complete { get; } = [];
    public List<Rule> Sets { get; } = [];

    /// <summary>Rules whose heads go on behind this place with what their bodies find.</summary>
    public List<Rule> Dynamic { get; } = [];

    /// <summary>The rules of a set or a flat object, each compiled to be asked for one key.</summary>
    public List<Rule> Keyed { get; } = [];
    public bool IsKeyed => Keyed.Count > 0 && Keyed.Count == Sets.Count + Dynamic.Count;
    public List<Rule> Functions { get; } = [];
    public Rule? Default { get; set; }
    public Rule? FunctionDefault { get; set; }

    /// <summary>Whether it is an object of which each rule gives single members: no rule says anything of their insides.</summary>
    public bool IsFlat { get; set; }

    public bool IsFunction => Functions.Count > 0 || FunctionDefault is not null;
    public bool IsVirtual => Complete.Count > 0 || Sets.Count > 0 || Dynamic.Count > 0 || Default is not null;
    public IEnumerable<RuleTree> Children => children?.Values ?? Enumerable.Empty<RuleTree>();
    public bool HasChildren => children is not null;

    public int Arity => (Functions.Count > 0 ? Functions[0] : FunctionDefault!).Arguments.Length;

    /// <summary>The one constant that is all that the rule can be, beside its default: then the first body that holds is enough.</summary>
    public RegoValue? Only { get; set; }
    public bool IsConstant => Only is not null;

    /// <summary>Whether the rule or function is true where one of its bodies holds, and else false or undefined.</summary>
    public bool IsCondition { get; set; }

    public RuleTree? Child(RegoValue step) =>
        children is not null && children.TryGetValue(step, out var child) ? child : null;

    public RuleTree Add(RegoValue step, Func<int> nextId)
    {
        children ??= [];
        if (!children.TryGetValue(step, out var child))
        {
            child = new RuleTree(this, step, nextId());
            children.Add(step, child);
        }

        return child;
    }

    public string Path()
    {
        var steps = new List<string>();
        for (var place = this; place.Parent is not null; place = place.Parent)
        {
            steps.Add(place.Key is StringValue text ? text.Text : place.Key!.ToString());
        }

        steps.Reverse();
        return string.Join('.', ["data", .. steps]);
    }
}
