using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>What a body is evaluated against: the input, the data, and what rules were found to be. <c>with</c> makes another one.</summary>
internal sealed class Context
{
    private readonly RegoValue?[] known;

    public Context(EvaluationState state, int places, RegoValue? input, RegoValue data)
    {
        State = state;
        Input = input;
        Data = data;
        known = new RegoValue?[places];
    }

    private Context(Context outer, RegoValue? input, RegoValue data, Targets? targets)
        : this(outer.State, outer.known.Length, input, data)
    {
        Outer = outer;
        Targets = targets;
        Functions = outer.Functions;
        Solutions = outer.Solutions;
    }

    public EvaluationState State { get; }
    public RegoValue? Input { get; }
    public RegoValue Data { get; }
    public Targets? Targets { get; }
    public Context? Outer { get; }

    /// <summary>Functions that <c>with</c> has replaced, by builtin or rule.</summary>
    public Dictionary<object, (FunctionStandIn? StandIn, RegoValue? Value)>? Functions { get; private set; }
    public List<RegoValue?[]>? Solutions { get; set; }

    public Context With(
        RegoValue? input,
        RegoValue data,
        Targets? targets,
        Dictionary<object, (FunctionStandIn? StandIn, RegoValue? Value)>? functions
    ) => new(this, input, data, targets) { Functions = functions };

    /// <summary>What a rule is, or null where it is undefined.</summary>
    public RegoValue? Value(RuleTree place)
    {
        var value = known[place.Id];
        if (value is null)
        {
            value = known[place.Id] = RuleEvaluation.Evaluate(this, place) ?? UndefinedValue.Instance;
        }

        return ReferenceEquals(value, UndefinedValue.Instance) ? null : value;
    }

    /// <summary>All that stands at a place without a rule of its own: data, and the rules below.</summary>
    public RegoValue? Extent(RuleTree place, RegoValue? data, Targets? targets)
    {
        if (targets?.IsReplaced == true)
        {
            return data;
        }

        if (place is { IsFunction: true, HasChildren: false })
        {
            return data;
        }

        var members = new ObjectBuilder();
        if (data is ObjectValue map)
        {
            for (var i = 0; i < map.Count; i++)
            {
                members.Set(map.Keys[i], map.Values[i]);
            }
        }

        foreach (var child in place.Children)
        {
            var replaced = targets?.Child(child.Key!);
            if (replaced?.IsReplaced == true)
            {
                continue;
            }

            var value = child.IsVirtual ? Value(child) : Extent(child, data?.Lookup(child.Key!), replaced);
            if (value is not null)
            {
                members.Set(child.Key!, value);
            }
        }

        State.Charge(members.Count);
        return members.Build();
    }
}
