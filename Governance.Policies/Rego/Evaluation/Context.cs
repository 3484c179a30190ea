using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>What a body is evaluated against: the input, the data, and what rules were found to be. <c>with</c> makes another one.</summary>
internal sealed class Context
{
    private const int FewKeys = 4;

    private readonly RegoValue?[] known;
    private readonly Context?[] siblings;
    private Dictionary<(int Place, RegoValue Key), RegoValue?>? byKey;
    private Dictionary<int, int>? askedFor;

    public Context(
        EvaluationState state,
        int places,
        RegoValue? input,
        RegoValue data,
        ColumnAnswers? decisions = null,
        Certainty certainty = Certainty.Exact
    )
    {
        State = state;
        Input = input;
        Data = data;
        known = new RegoValue?[places];
        Decisions = decisions;
        Certainty = certainty;
        siblings = decisions is null ? [] : new Context?[3];
        if (decisions is not null)
        {
            siblings[(int)certainty] = this;
        }
    }

    // The same question, answered with another certainty: what rules are found to be differs.
    private Context(Context same, Certainty certainty)
        : this(same.State, same.known.Length, same.Input, same.Data, same.Decisions, certainty)
    {
        Outer = same.Outer;
        Targets = same.Targets;
        Functions = same.Functions;
        Solutions = same.Solutions;
        siblings = same.siblings;
        siblings[(int)certainty] = this;
    }

    private Context(Context outer, RegoValue? input, RegoValue data, Targets? targets)
        : this(outer.State, outer.known.Length, input, data, outer.Decisions, outer.Certainty)
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

    /// <summary>Answers what is asked of columns that are not known; null where all is known.</summary>
    public ColumnAnswers? Decisions { get; }

    public Certainty Certainty { get; }

    /// <summary>The context in which values are computed, and not only whether something holds.</summary>
    public Context Exact => Decisions is null ? this : With(Certainty.Exact);

    /// <summary>The context below a negation: what is not surely so there is possibly so here.</summary>
    public Context Negated =>
        Decisions is null ? this
        : Certainty == Certainty.Exact ? this
        : With(Certainty == Certainty.Surely ? Certainty.Possibly : Certainty.Surely);

    private Context With(Certainty certainty) => siblings[(int)certainty] ?? new Context(this, certainty);

    public bool Same(RegoValue one, RegoValue other) =>
        Decisions is null ? one.Equals(other) : Decisions.Same(one, other, Certainty);

    /// <summary>The member of a value under a key.</summary>
    public RegoValue? Lookup(RegoValue value, RegoValue key) =>
        key is UnknownValue column && Decisions is not null ? Decisions.Lookup(value, column) : value.Lookup(key);

    /// <summary>What cannot be gone through or taken apart is none, unless it is not known what it is.</summary>
    public static bool IsNone(RegoValue? value) =>
        value is UnknownValue column ? throw new UnknownUseException(column.Part.Path) : true;

    public Context With(
        RegoValue? input,
        RegoValue data,
        Targets? targets,
        Dictionary<object, (FunctionStandIn? StandIn, RegoValue? Value)>? functions
    ) => new(this, input, data, targets) { Functions = functions };

    /// <summary>What a rule is, or null where it is undefined.</summary>
    public RegoValue? Value(RuleTree place)
    {
        if (Certainty != Certainty.Exact)
        {
            return Exact.Value(place);
        }

        var value = known[place.Id];
        if (value is null)
        {
            value = known[place.Id] = RuleEvaluation.Evaluate(this, place) ?? UndefinedValue.Instance;
        }

        return ReferenceEquals(value, UndefinedValue.Instance) ? null : value;
    }

    /// <summary>Whether a rule holds that is true or nothing.</summary>
    public bool Holds(RuleTree place)
    {
        if (Certainty == Certainty.Exact)
        {
            return Value(place) is { IsFalse: false };
        }

        var value = known[place.Id] ??= RuleEvaluation.Holds(this, place) ? BoolValue.True : UndefinedValue.Instance;
        return value.IsTrue;
    }

    /// <summary>What a rule is under a key. Asked for few keys, the rest of it is not computed.</summary>
    public RegoValue? Value(RuleTree place, RegoValue key)
    {
        if (Certainty != Certainty.Exact)
        {
            return Exact.Value(place, key);
        }

        if (key is UnknownValue)
        {
            return Value(place) is { } whole ? Lookup(whole, key) : null;
        }

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
