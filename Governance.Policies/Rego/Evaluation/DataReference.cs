using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>A step of a reference: a key that is known, or a shape that takes each key in turn.</summary>
internal readonly record struct RefStep(Expr? Key, Pattern? Each)
{
    /// <summary>Follows the columns of a row: what steps from a value lead to.</summary>
    public static Shape Trace(Flow flow, Shape[] slots, Shape value, IEnumerable<RefStep> steps)
    {
        foreach (var (key, each) in steps)
        {
            if (key is not null)
            {
                value = flow.Lookup(value, key.Trace(flow, slots), (key as ConstantExpr)?.Value);
            }
            else
            {
                each!.Trace(flow, slots, Shape.Known);
                value = flow.Each(value);
            }
        }

        return value;
    }
}

/// <summary>
/// A path in data. As far as its steps are constants, where it leads is known when it is compiled: to a rule, to plain data, or to a
/// place with rules below.
/// </summary>
internal sealed class DataReference
{
    private readonly RuleTree root;
    private readonly RefStep[] steps;
    private readonly RuleTree? rule;
    private readonly bool plain;
    private readonly int known;

    public DataReference(RuleTree root, RefStep[] steps)
    {
        (this.root, this.steps) = (root, steps);
        RuleTree? place = root;
        while (known < steps.Length && steps[known].Key is ConstantExpr { Value: var step })
        {
            place = place.Child(step);
            known++;
            if (place is null)
            {
                plain = true;
                break;
            }

            if (place.IsVirtual)
            {
                rule = place;
                break;
            }
        }
    }

    public int Length => steps.Length;

    /// <summary>The value, where all steps are known.</summary>
    public RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        RegoValue? value;
        int at;
        var document = rule is null;
        if (context.Targets is null && (rule is not null || plain))
        {
            at = known;
            if (rule is { IsKeyed: true } && at < steps.Length)
            {
                if (steps[at].Key!.Eval(context, frame) is not { } wanted)
                {
                    return null;
                }

                value = context.Value(rule, wanted);
                at++;
            }
            else
            {
                value = rule is not null ? context.Value(rule) : Plain(context);
            }
        }
        else
        {
            RuleTree? place = root;
            var targets = context.Targets;
            document = false;
            value = context.Data;
            at = 0;
            while (true)
            {
                if (at == steps.Length)
                {
                    return context.Extent(place, value, targets);
                }

                if (steps[at].Key!.Eval(context, frame) is not { } key)
                {
                    return null;
                }

                at++;
                value = Below(context, value, key);
                targets = targets?.Child(key);
                place = targets?.IsReplaced == true ? null : place.Child(key);
                if (place is null)
                {
                    document = true;
                    break;
                }

                if (place.IsVirtual)
                {
                    value = context.Value(place);
                    break;
                }
            }
        }

        for (; at < steps.Length && value is not null; at++)
        {
            if (steps[at].Key!.Eval(context, frame) is not { } key)
            {
                return null;
            }

            value = document ? Below(context, value, key) : context.Lookup(value, key);
        }

        return value;
    }

    /// <summary>
    /// A step into plain data. Data is addressed by paths of text, so a number finds the member that is named by its digits; what
    /// <c>with</c> puts in its place is a value like any other.
    /// </summary>
    public static RegoValue? Below(Context context, RegoValue? data, RegoValue key) =>
        (data is null ? null : context.Lookup(data, key))
        ?? (
            data is ObjectValue && key is NumberValue number && context.Targets is null
                ? data.Lookup(new StringValue(number.Text))
                : null
        );

    /// <summary>Whether the path is that of a rule that is true or nothing, and of nothing in it.</summary>
    public RuleTree? Condition(Context context) =>
        rule is { IsCondition: true } && known == steps.Length && context.Targets is null ? rule : null;

    /// <summary>Follows the columns of a row through the rules that the path leads to.</summary>
    public Shape Trace(Flow flow, Shape[] slots)
    {
        var place = root;
        for (var at = 0; at < steps.Length; at++)
        {
            if (steps[at].Key is not ConstantExpr { Value: var step })
            {
                // Any of the rules below may be meant.
                if (steps[at].Key is { } key)
                {
                    flow.Demand(key.Trace(flow, slots), Refusals.Key);
                }

                return Rest(flow, slots, flow.Below(place), at);
            }

            if (place.Child(step) is not { } child)
            {
                return Rest(flow, slots, Shape.Known, at);
            }

            if (child.IsVirtual)
            {
                return Rest(flow, slots, flow.Rule(child), at + 1);
            }

            place = child;
        }

        return flow.Below(place);
    }

    private Shape Rest(Flow flow, Shape[] slots, Shape value, int from) =>
        RefStep.Trace(flow, slots, value, steps[from..]);

    /// <summary>Every value that the path leads to.</summary>
    public bool Scan(Context context, RegoValue?[] frame, ScanStep found)
    {
        if (context.Targets is null && rule is { IsKeyed: true } && known < steps.Length && steps[known].Key is { } one)
        {
            return one.Eval(context, frame) is not { } wanted
                || context.Value(rule, wanted) is not { } member
                || found.From(context, frame, member, known + 1, false);
        }

        if (context.Targets is null && rule is not null)
        {
            return context.Value(rule) is not { } value || found.From(context, frame, value, known, false);
        }

        if (context.Targets is null && plain)
        {
            return Plain(context) is not { } value || found.From(context, frame, value, known, true);
        }

        return Scan(context, frame, found, root, context.Data, context.Targets, 0);
    }

    private bool Scan(
        Context context,
        RegoValue?[] frame,
        ScanStep found,
        RuleTree place,
        RegoValue? data,
        Targets? targets,
        int at
    )
    {
        if (at == steps.Length)
        {
            return context.Extent(place, data, targets) is not { } value
                || found.From(context, frame, value, at, false);
        }

        if (steps[at].Key is { } known)
        {
            return known.Eval(context, frame) is not { } key
                || Below(context, frame, found, place, data, targets, at, key);
        }

        var keys = data is ObjectValue map
            ? map.Keys.Concat(place.Children.Select(child => child.Key!))
            : place.Children.Select(child => child.Key!);
        foreach (var key in keys.Distinct().Order().ToArray())
        {
            context.State.Step();
            if (
                steps[at].Each!.Match(context, frame, key)
                && !Below(context, frame, found, place, data, targets, at, key)
            )
            {
                return false;
            }
        }

        return true;
    }

    private bool Below(
        Context context,
        RegoValue?[] frame,
        ScanStep found,
        RuleTree place,
        RegoValue? data,
        Targets? targets,
        int at,
        RegoValue key
    )
    {
        data = Below(context, data, key);
        targets = targets?.Child(key);
        var child = targets?.IsReplaced == true ? null : place.Child(key);
        if (child is null)
        {
            return data is null || found.From(context, frame, data, at + 1, true);
        }

        if (child.IsVirtual)
        {
            return context.Value(child) is not { } value || found.From(context, frame, value, at + 1, false);
        }

        return Scan(context, frame, found, child, data, targets, at + 1);
    }

    private RegoValue? Plain(Context context)
    {
        RegoValue? value = context.Data;
        for (var i = 0; i < known && value is not null; i++)
        {
            value = Below(context, value, ((ConstantExpr)steps[i].Key!).Value);
        }

        return value;
    }
}

internal sealed class DataExpr(DataReference reference) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame) => reference.Eval(context, frame);

    public override bool Holds(Context context, RegoValue?[] frame) =>
        context.Certainty != Certainty.Exact && reference.Condition(context) is { } rule
            ? context.Holds(rule)
            : base.Holds(context, frame);

    /// <summary>Whether it is a rule that is true or nothing.</summary>
    public bool IsCondition(Context context) => reference.Condition(context) is not null;

    public override Shape Trace(Flow flow, Shape[] slots) => reference.Trace(flow, slots);
}
