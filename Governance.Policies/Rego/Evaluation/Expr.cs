using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Computes one value, or null where it is undefined.</summary>
internal abstract class Expr
{
    public abstract RegoValue? Eval(Context context, RegoValue?[] frame);

    /// <summary>Whether the value is there, and is not false.</summary>
    public virtual bool Holds(Context context, RegoValue?[] frame) =>
        Eval(context, frame) is { IsFalse: false } value
        && (value.Kind != RegoKind.Unknown || context.Decisions!.Holds((UnknownValue)value, context.Certainty));

    /// <summary>Follows the columns of a row: which of them are in the value.</summary>
    public abstract Shape Trace(Flow flow, Shape[] slots);
}

internal sealed class ConstantExpr(RegoValue value) : Expr
{
    public RegoValue Value { get; } = value;

    public override RegoValue Eval(Context context, RegoValue?[] frame) => Value;

    public override Shape Trace(Flow flow, Shape[] slots) => Shape.Known;
}

internal sealed class SlotExpr(int slot) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame) => frame[slot];

    public override Shape Trace(Flow flow, Shape[] slots) => slots[slot];
}

internal sealed class ArrayExpr(Expr[] items) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var values = new RegoValue[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Eval(context, frame) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        context.State.Charge(values.Length);
        return new ArrayValue(values);
    }

    public override Shape Trace(Flow flow, Shape[] slots) =>
        flow.Holder([.. items.Select(item => item.Trace(flow, slots))]);
}

internal sealed class SetExpr(Expr[] items) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var set = new SetBuilder();
        foreach (var item in items)
        {
            if (item.Eval(context, frame) is not { } value)
            {
                return null;
            }

            set.Add(value);
        }

        context.State.Charge(items.Length);
        return set.Build();
    }

    public override Shape Trace(Flow flow, Shape[] slots)
    {
        foreach (var item in items)
        {
            flow.Demand(item.Trace(flow, slots), Refusals.Set);
        }

        return Shape.Known;
    }
}

internal sealed class ObjectExpr((Expr Key, Expr Value)[] members) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var map = new ObjectBuilder();
        foreach (var (key, value) in members)
        {
            if (key.Eval(context, frame) is not { } name || value.Eval(context, frame) is not { } own)
            {
                return null;
            }

            // Of members written out with one key, the last one counts, as in OPA.
            map.Set(name, own);
        }

        context.State.Charge(members.Length);
        return map.Build();
    }

    public override Shape Trace(Flow flow, Shape[] slots)
    {
        foreach (var (key, _) in members)
        {
            flow.Demand(key.Trace(flow, slots), Refusals.Set);
        }

        return flow.Holder([.. members.Select(member => member.Value.Trace(flow, slots))]);
    }
}

/// <summary>Steps from a value, all of them known.</summary>
internal sealed class LookupExpr(Expr head, Expr[] steps) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var value = head.Eval(context, frame);
        foreach (var step in steps)
        {
            if (value is null || step.Eval(context, frame) is not { } key)
            {
                return null;
            }

            value = context.Lookup(value, key);
        }

        return value;
    }

    public override Shape Trace(Flow flow, Shape[] slots) =>
        steps.Aggregate(
            head.Trace(flow, slots),
            (value, step) => flow.Lookup(value, step.Trace(flow, slots), (step as ConstantExpr)?.Value)
        );
}

internal sealed class InputExpr : Expr
{
    public static readonly InputExpr Instance = new();

    public override RegoValue? Eval(Context context, RegoValue?[] frame) => context.Input;

    public override Shape Trace(Flow flow, Shape[] slots) => flow.Input;
}

/// <summary>A comprehension: runs its body in the frame that it stands in.</summary>
internal sealed class ComprehensionExpr(Step body, int slot, Func<Builder> start) : Expr
{
    public override RegoValue Eval(Context context, RegoValue?[] frame)
    {
        var builder = start();
        frame[slot] = builder;
        body.Run(context.Exact, frame);
        return builder switch
        {
            ArrayBuilder array => array.Build(),
            SetBuilder set => set.Build(),
            _ => ((ObjectBuilder)builder).Build(),
        };
    }

    public override Shape Trace(Flow flow, Shape[] slots)
    {
        var at = flow.At;
        slots[slot] = Shape.Known;
        body.Follow(flow, slots);
        flow.At = at;
        if (start() is SetBuilder)
        {
            flow.Demand(slots[slot], Refusals.Set);
            return Shape.Known;
        }

        return slots[slot];
    }
}

internal sealed class TemplateExpr((string? Text, Expr? Expression)[] parts, Syntax.Location at) : Expr
{
    public override RegoValue Eval(Context context, RegoValue?[] frame)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (literal, expression) in parts)
        {
            if (literal is not null)
            {
                text.Append(literal);
                continue;
            }

            var values = ((SetValue)expression!.Eval(context, frame)!).Items;
            switch (values)
            {
                case [UnknownValue column]:
                    throw new UnknownUseException(column.Part.Path);
                case []:
                    text.Append("<undefined>");
                    break;
                case [StringValue own]:
                    text.Append(own.Text);
                    break;
                case [var own]:
                    RegoText.Write(text, own);
                    break;
                default:
                    throw new EvaluationException(
                        at,
                        EvaluationException.Conflict,
                        "an expression in a template must not produce multiple outputs"
                    );
            }
        }

        context.State.Charge(text.Length / 16);
        return new StringValue(text.ToString());
    }

    public override Shape Trace(Flow flow, Shape[] slots)
    {
        foreach (var (_, expression) in parts)
        {
            expression?.Trace(flow, slots);
        }

        return Shape.Known;
    }
}
