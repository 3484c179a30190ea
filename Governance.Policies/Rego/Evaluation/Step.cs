using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>
/// A line of a body. Runs the next one for each of its solutions; false means that whoever asked has enough, and all stop.
/// </summary>
internal abstract class Step
{
    public Step Next { get; set; } = null!;

    /// <summary>The line; none where it is the end of a body.</summary>
    public Location At { get; set; }

    public abstract bool Run(Context context, RegoValue?[] frame);

    /// <summary>Follows the columns of a row through the line and all that come behind it.</summary>
    public void Follow(Flow flow, Shape[] slots)
    {
        flow.At = At;
        Trace(flow, slots);
    }

    protected abstract void Trace(Flow flow, Shape[] slots);
}

/// <summary>Holds where the term is defined and not false.</summary>
internal sealed class TestStep(Expr term) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        return !term.Holds(context, frame) || Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        flow.Test(term.Trace(flow, slots));
        Next.Follow(flow, slots);
    }
}

internal sealed class CompareStep(Expr left, Expr right) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        return left.Eval(context, frame) is not { } one
            || right.Eval(context, frame) is not { } other
            || !context.Same(one, other)
            || Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        flow.Compare(left.Trace(flow, slots), right.Trace(flow, slots));
        Next.Follow(flow, slots);
    }
}

internal sealed class BindStep(int slot, Expr value) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        if (value.Eval(context, frame) is not { } made)
        {
            return true;
        }

        frame[slot] = made;
        return Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        slots[slot] = value.Trace(flow, slots);
        Next.Follow(flow, slots);
    }
}

internal sealed class MatchStep(Pattern pattern, Expr value) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        return value.Eval(context, frame) is not { } made
            || !pattern.Match(context, frame, made)
            || Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        pattern.Trace(flow, slots, value.Trace(flow, slots));
        Next.Follow(flow, slots);
    }
}

/// <summary>Never holds: two shapes that cannot be equal.</summary>
internal sealed class FailStep : Step
{
    public override bool Run(Context context, RegoValue?[] frame) => true;

    protected override void Trace(Flow flow, Shape[] slots) => Next.Follow(flow, slots);
}

internal sealed class NotStep(Step inner) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        var found = !inner.Run(context.Negated, frame);
        return found || Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        inner.Follow(flow, slots);
        Next.Follow(flow, slots);
    }
}

/// <summary>The end of a body of which it only matters whether it holds.</summary>
internal sealed class FoundStep : Step
{
    public static readonly FoundStep Instance = new();

    public override bool Run(Context context, RegoValue?[] frame) => false;

    protected override void Trace(Flow flow, Shape[] slots) { }
}

internal sealed class EveryStep(Expr domain, int keySlot, int valueSlot, Step body) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        var all = domain.Eval(context, frame);
        switch (all)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Items.Length; i++)
                {
                    if (Fails(context, frame, NumberValue.Of(i), array.Items[i]))
                    {
                        return true;
                    }
                }

                break;
            case SetValue set:
                foreach (var item in set.Items)
                {
                    if (Fails(context, frame, item, item))
                    {
                        return true;
                    }
                }

                break;
            case ObjectValue map:
                for (var i = 0; i < map.Count; i++)
                {
                    if (Fails(context, frame, map.Keys[i], map.Values[i]))
                    {
                        return true;
                    }
                }

                break;
            default:
                return Context.IsNone(all);
        }

        return Next.Run(context, frame);
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        if (keySlot >= 0)
        {
            slots[keySlot] = Shape.Known;
        }

        slots[valueSlot] = flow.Each(domain.Trace(flow, slots));
        body.Follow(flow, slots);
        Next.Follow(flow, slots);
    }

    private bool Fails(Context context, RegoValue?[] frame, RegoValue key, RegoValue value)
    {
        context.State.Step();
        if (keySlot >= 0)
        {
            frame[keySlot] = key;
        }

        frame[valueSlot] = value;
        return body.Run(context, frame);
    }
}

/// <summary>The end of a comprehension's body: adds what its head is.</summary>
internal sealed class GatherStep(int slot, Expr? key, Expr value, Syntax.Location at) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        if (value.Eval(context, frame) is not { } made)
        {
            return true;
        }

        context.State.Charge(1);
        switch (frame[slot])
        {
            case ArrayBuilder array:
                array.Add(made);
                break;
            case SetBuilder set:
                set.Add(made);
                break;
            case ObjectBuilder map:
                if (key!.Eval(context, frame) is { } name && !map.TryAdd(name, made))
                {
                    throw new EvaluationException(at, EvaluationException.Conflict, "object keys must be unique");
                }

                break;
        }

        return true;
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        if (key is not null)
        {
            flow.Demand(key.Trace(flow, slots), Refusals.Set);
        }

        slots[slot] = Shape.Join(slots[slot], flow.Holder([value.Trace(flow, slots)]));
    }
}

/// <summary>The end of a rule's body: its value. Another value than before is a conflict.</summary>
internal sealed class ValueStep(int slot, Expr value, bool first, Syntax.Location at, string conflict) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        if (value.Eval(context, frame) is not { } made)
        {
            return true;
        }

        var before = frame[slot];
        if (before is null)
        {
            frame[slot] = made;
        }
        else if (!before.Equals(made))
        {
            throw new EvaluationException(at, EvaluationException.Conflict, conflict);
        }

        return !first;
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        flow.At = at;
        slots[slot] = Shape.Join(slots[slot], value.Trace(flow, slots));
    }
}

/// <summary>The end of a body of a rule that adds to a document: a path, and a value or an element.</summary>
internal sealed class AddStep(int slot, Expr[] path, Expr? element, Expr? value, Syntax.Location at) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        if ((element ?? value)!.Eval(context, frame) is not { } made)
        {
            return true;
        }

        context.State.Charge(1);
        switch (frame[slot])
        {
            case SetBuilder set:
                set.Add(made);
                return true;
            case ObjectBuilder map:
                if (path[0].Eval(context, frame) is { } key && !map.TryAdd(key, made))
                {
                    throw new EvaluationException(at, EvaluationException.Conflict, "object keys must be unique");
                }

                return true;
            default:
                var steps = new RegoValue[path.Length];
                for (var i = 0; i < path.Length; i++)
                {
                    if (path[i].Eval(context, frame) is not { } step)
                    {
                        return true;
                    }

                    steps[i] = step;
                }

                var document = (DocumentBuilder)frame[slot]!;
                if (!(element is null ? document.Put(steps, made) : document.PutElement(steps, made)))
                {
                    throw new EvaluationException(at, EvaluationException.Conflict, "object keys must be unique");
                }

                return true;
        }
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        flow.At = at;
        foreach (var step in path)
        {
            flow.Demand(step.Trace(flow, slots), Refusals.Set);
        }

        slots[slot] = Shape.Join(slots[slot], (element ?? value)!.Trace(flow, slots));
    }
}

/// <summary>The end of a query: hands over each solution.</summary>
internal sealed class SolutionStep(int[] wanted) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Charge(wanted.Length + 1);
        context.Solutions!.Add([.. wanted.Select(slot => frame[slot])]);
        return true;
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        foreach (var slot in wanted)
        {
            flow.Demand(slots[slot], Refusals.Parts);
        }
    }
}
