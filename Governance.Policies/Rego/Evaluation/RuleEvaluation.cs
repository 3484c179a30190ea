using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Runs rules.</summary>
internal static class RuleEvaluation
{
    public const string ManyOutputs = "complete rules must not produce multiple outputs";
    public const string ManyResults = "functions must not produce multiple outputs for same inputs";

    public static RegoValue? Evaluate(Context context, RuleTree place)
    {
        context.State.Enter();
        RegoValue? value;
        if (place.Dynamic.Count > 0)
        {
            value = Document(context, place);
        }
        else if (place.Sets.Count > 0)
        {
            var set = new SetBuilder();
            Gather(context, place.Sets, set);
            value = set.Build();
        }
        else
        {
            value = null;
            foreach (var rule in place.Complete)
            {
                var frame = new RegoValue?[rule.FrameSize];
                Agree(ref value, Branches(context, rule, frame), rule, ManyOutputs);
                if (value is not null && place.IsConstant)
                {
                    break;
                }
            }

            value ??= place.Default is { } other ? Branches(context, other, new RegoValue?[other.FrameSize]) : null;
        }

        context.State.Leave();
        return value;
    }

    /// <summary>Whether a rule holds all of whose bodies say true: the first that holds is enough.</summary>
    public static bool Holds(Context context, RuleTree place)
    {
        context.State.Enter();
        var holds = place.Complete.Any(rule => Branches(context, rule, new RegoValue?[rule.FrameSize]) is not null);
        context.State.Leave();
        return holds;
    }

    /// <summary>Whether a function holds all of whose bodies say true.</summary>
    public static bool Holds(Context context, RuleTree place, RegoValue[] arguments)
    {
        context.State.Enter();
        var holds = place.Functions.Any(rule =>
        {
            var frame = new RegoValue?[rule.FrameSize];
            return Matches(context, rule, frame, arguments) && Branches(context, rule, frame) is not null;
        });
        context.State.Leave();
        return holds;
    }

    /// <summary>A member of an object, or an element of a set.</summary>
    public static RegoValue? Evaluate(Context context, RuleTree place, RegoValue key)
    {
        context.State.Enter();
        RegoValue? value = null;
        foreach (var rule in place.Keyed)
        {
            var frame = new RegoValue?[rule.FrameSize];
            frame[rule.KeySlot] = key;
            var made = Branches(context, rule, frame);
            if (place.Sets.Count > 0)
            {
                value ??= made;
            }
            else
            {
                Agree(ref value, made, rule, "object keys must be unique");
            }
        }

        context.State.Leave();
        return value;
    }

    public static RegoValue? Call(Context context, RuleTree place, RegoValue[] arguments)
    {
        context.State.Enter();
        RegoValue? value = null;
        foreach (var rule in place.Functions)
        {
            var frame = new RegoValue?[rule.FrameSize];
            if (!Matches(context, rule, frame, arguments))
            {
                continue;
            }

            Agree(ref value, Branches(context, rule, frame), rule, ManyResults);
            if (value is not null && place.IsConstant)
            {
                break;
            }
        }

        if (value is null && place.FunctionDefault is { } other)
        {
            value = Branches(context, other, new RegoValue?[other.FrameSize]);
        }

        context.State.Leave();
        return value;
    }

    private static bool Matches(Context context, Rule rule, RegoValue?[] frame, RegoValue[] arguments)
    {
        var patterns = rule.Arguments;
        for (var i = 0; i < patterns.Length; i++)
        {
            if (!patterns[i].Match(context, frame, arguments[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static RegoValue? Branches(Context context, Rule rule, RegoValue?[] frame)
    {
        foreach (var branch in rule.Branches)
        {
            branch.Run(context, frame);
            if (frame[rule.ResultSlot] is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static void Agree(ref RegoValue? value, RegoValue? made, Rule rule, string conflict)
    {
        if (value is null)
        {
            value = made;
        }
        else if (made is not null && !made.Equals(value))
        {
            throw new EvaluationException(rule.At, EvaluationException.Conflict, conflict);
        }
    }

    private static void Gather(Context context, List<Rule> rules, Builder builder)
    {
        foreach (var rule in rules)
        {
            var frame = new RegoValue?[rule.FrameSize];
            frame[rule.ResultSlot] = builder;
            foreach (var branch in rule.Branches)
            {
                branch.Run(context, frame);
            }
        }
    }

    private static RegoValue Document(Context context, RuleTree place)
    {
        if (place.IsFlat)
        {
            var map = new ObjectBuilder();
            Gather(context, place.Dynamic, map);
            return map.Build();
        }

        var document = new DocumentBuilder();
        Gather(context, place.Dynamic, document);
        AddBelow(context, place, document, [], place.Dynamic[0].At);
        return document.Build();
    }

    // Rules below with known paths are parts of the same document.
    private static void AddBelow(
        Context context,
        RuleTree place,
        DocumentBuilder document,
        RegoValue[] path,
        Syntax.Location at
    )
    {
        foreach (var child in place.Children)
        {
            RegoValue[] below = [.. path, child.Key!];
            if (child.Dynamic.Count > 0)
            {
                Gather(context, child.Dynamic, document.Below(below));
                document.PutNothing(below);
            }
            else if (child.IsVirtual)
            {
                var value = context.Value(child);
                var added = value switch
                {
                    null => true,
                    SetValue set when child.Sets.Count > 0 => set.Items.All(item => document.PutElement(below, item)),
                    _ => document.Put(below, value),
                };
                if (!added)
                {
                    throw new EvaluationException(at, EvaluationException.Conflict, "object keys must be unique");
                }
            }

            AddBelow(context, child, document, below, at);
        }
    }
}
