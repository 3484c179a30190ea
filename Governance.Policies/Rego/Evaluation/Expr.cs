using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Computes one value, or null where it is undefined.</summary>
internal abstract class Expr
{
    public abstract RegoValue? Eval(Context context, RegoValue?[] frame);
}

internal sealed class ConstantExpr(RegoValue value) : Expr
{
    public RegoValue Value { get; } = value;

    public override RegoValue Eval(Context context, RegoValue?[] frame) => Value;
}

internal sealed class SlotExpr(int slot) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame) => frame[slot];
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

            value = value.Lookup(key);
        }

        return value;
    }
}

internal sealed class InputExpr : Expr
{
    public static readonly InputExpr Instance = new();

    public override RegoValue? Eval(Context context, RegoValue?[] frame) => context.Input;
}

/// <summary>A comprehension: runs its body in the frame that it stands in.</summary>
internal sealed class ComprehensionExpr(Step body, int slot, Func<Builder> start) : Expr
{
    public override RegoValue Eval(Context context, RegoValue?[] frame)
    {
        var builder = start();
        frame[slot] = builder;
        body.Run(context, frame);
        return builder switch
        {
            ArrayBuilder array => array.Build(),
            SetBuilder set => set.Build(),
            _ => ((ObjectBuilder)builder).Build(),
        };
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
}
