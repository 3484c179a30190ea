using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>A call of a builtin.</summary>
internal sealed class BuiltinExpr(Builtin builtin, Expr[] arguments, Location at) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var values = arguments.Length == 0 ? [] : new RegoValue[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Eval(context, frame) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        if (context.Functions is { } replaced && replaced.TryGetValue(builtin, out var standIn))
        {
            return StandIns.Call(context.Exact, standIn, builtin, values, at);
        }

        if (
            context.Decisions is { } decisions
            && decisions.TryCall(builtin, values, at, Certainty.Exact, out var answer)
        )
        {
            return answer is { } told ? BoolValue.Of(told) : null;
        }

        return StandIns.Call(context, builtin, values, at);
    }

    public override bool Holds(Context context, RegoValue?[] frame)
    {
        if (context.Decisions is not { } decisions || context.Functions is not null)
        {
            return base.Holds(context, frame);
        }

        var values = arguments.Select(argument => argument.Eval(context, frame)).TakeWhile(value => value is not null);
        RegoValue[] all = [.. values.OfType<RegoValue>()];
        if (all.Length < arguments.Length)
        {
            return false;
        }

        return decisions.TryCall(builtin, all, at, context.Certainty, out var answer)
            ? answer == true
            : StandIns.Call(context, builtin, all, at) is { IsFalse: false };
    }

    public override Shape Trace(Flow flow, Shape[] slots) =>
        flow.Call(builtin, [.. arguments.Select(argument => argument.Trace(flow, slots))], at);
}

/// <summary>A call of a rule's function.</summary>
internal sealed class FunctionExpr(RuleTree function, Expr[] arguments, Location at) : Expr
{
    public override RegoValue? Eval(Context context, RegoValue?[] frame)
    {
        var values = new RegoValue[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Eval(context, frame) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        if (context.Functions is { } replaced && replaced.TryGetValue(function, out var standIn))
        {
            return StandIns.Call(context.Exact, standIn, function, values, at);
        }

        return RuleEvaluation.Call(context.Exact, function, values);
    }

    public override bool Holds(Context context, RegoValue?[] frame)
    {
        if (context.Certainty == Certainty.Exact || context.Functions is not null || !function.IsCondition)
        {
            return base.Holds(context, frame);
        }

        var values = arguments.Select(argument => argument.Eval(context, frame)).TakeWhile(value => value is not null);
        RegoValue[] all = [.. values.OfType<RegoValue>()];
        return all.Length == arguments.Length && RuleEvaluation.Holds(context, function, all);
    }

    public override Shape Trace(Flow flow, Shape[] slots) =>
        flow.Call(function, [.. arguments.Select(argument => argument.Trace(flow, slots))]);
}

internal static class StandIns
{
    public static RegoValue? Call(Context context, Builtin builtin, RegoValue[] values, Location at)
    {
        context.State.Step();
        return builtin.Body(new BuiltinCall(context.State, builtin, at), values);
    }

    /// <summary>Calls what stands for a function. What it calls itself is the function as it was.</summary>
    public static RegoValue? Call(
        Context context,
        (FunctionStandIn? StandIn, RegoValue? Value) standIn,
        object replaced,
        RegoValue[] values,
        Location at
    )
    {
        if (standIn.StandIn is null)
        {
            return standIn.Value;
        }

        if (standIn.StandIn.Builtin is { } builtin)
        {
            return Call(context, builtin, values, at);
        }

        var function = standIn.StandIn.Function!;
        var without = new Dictionary<object, (FunctionStandIn? StandIn, RegoValue? Value)>(context.Functions!);
        without.Remove(replaced);
        var inner = context.With(context.Input, context.Data, context.Targets, without);
        return RuleEvaluation.Call(inner, function, values);
    }
}

/// <summary>Every path of a document, with what stands there.</summary>
internal sealed class WalkStep(Expr document, Pattern output) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        return document.Eval(context, frame) is not { } value || Visit(context, frame, [], value);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        flow.Demand(document.Trace(flow, slots), Refusals.Each);
        output.Trace(flow, slots, Shape.Known);
        Next.Follow(flow, slots);
    }

    private bool Visit(Context context, RegoValue?[] frame, RegoValue[] path, RegoValue value)
    {
        context.State.Charge(path.Length + 1);
        if (output.Match(context, frame, new ArrayValue([new ArrayValue(path), value])) && !Next.Run(context, frame))
        {
            return false;
        }

        switch (value)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Items.Length; i++)
                {
                    if (!Visit(context, frame, [.. path, NumberValue.Of(i)], array.Items[i]))
                    {
                        return false;
                    }
                }

                break;
            case ObjectValue map:
                for (var i = 0; i < map.Count; i++)
                {
                    if (!Visit(context, frame, [.. path, map.Keys[i]], map.Values[i]))
                    {
                        return false;
                    }
                }

                break;
            case SetValue set:
                foreach (var item in set.Items)
                {
                    if (!Visit(context, frame, [.. path, item], item))
                    {
                        return false;
                    }
                }

                break;
            default:
                Context.IsNone(value);
                break;
        }

        return true;
    }
}
