using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>What a body is evaluated against: the input, the data, and what rules were found to be. <c>with</c> makes another one.</summary>
internal sealed class Context
{
    private const int FewKeys = 4;

    private readonly RegoValue?[] known;
    private Dictionary<(int Place, RegoValue Key), RegoValue?>? byKey;
    private Dictionary<int, int>? askedFor;

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

    /// <summary>What a rule is under a key. Asked for few keys, the rest of it is not computed.</summary>
    public RegoValue? Value(RuleTree place, RegoValue key)
    {
        if (!place.IsKeyed || known[place.Id] is not null)
        {
            return Value(place)?.Lookup(key);
        }

        byKey ??= [];
        if (byKey.TryGetValue((place.Id, key), out var value))
        {
            return value;
        }

        // Whoever asks for many keys is better served by all of them.
        ref var asked = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            askedFor ??= [],
            place.Id,
            out _
        );
        if (asked++ >= FewKeys)
        {
            return Value(place)?.Lookup(key);
        }

        value = RuleEvaluation.Evaluate(this, place, key);
        byKey[(place.Id, key)] = value;
        return value;
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
