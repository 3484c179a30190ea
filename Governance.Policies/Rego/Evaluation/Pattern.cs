using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Compares a value with a shape, and takes parts of it into slots.</summary>
internal abstract class Pattern
{
    public abstract bool Match(Context context, RegoValue?[] frame, RegoValue value);

    /// <summary>Follows the columns of a row that are in the value.</summary>
    public abstract void Trace(Flow flow, Shape[] slots, Shape value);
}

internal sealed class AnyPattern : Pattern
{
    public static readonly AnyPattern Instance = new();

    public override bool Match(Context context, RegoValue?[] frame, RegoValue value) => true;

    public override void Trace(Flow flow, Shape[] slots, Shape value) { }
}

internal sealed class BindPattern(int slot) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        frame[slot] = value;
        return true;
    }

    public override void Trace(Flow flow, Shape[] slots, Shape value) => slots[slot] = value;
}

internal sealed class EqualPattern(Expr expected) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value) =>
        expected.Eval(context, frame) is { } own && context.Same(own, value);

    public override void Trace(Flow flow, Shape[] slots, Shape value) =>
        flow.Compare(expected.Trace(flow, slots), value);
}

internal sealed class ArrayPattern(Pattern[] items) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        if (value is not ArrayValue array || array.Items.Length != items.Length)
        {
            return !Context.IsNone(value);
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (!items[i].Match(context, frame, array.Items[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override void Trace(Flow flow, Shape[] slots, Shape value)
    {
        var element = flow.Each(value);
        foreach (var item in items)
        {
            item.Trace(flow, slots, element);
        }
    }
}

internal sealed class ObjectPattern((Expr Key, Pattern Value)[] members) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        if (value is not ObjectValue map || map.Count != members.Length)
        {
            return !Context.IsNone(value);
        }

        foreach (var (key, own) in members)
        {
            if (
                key.Eval(context, frame) is not { } name
                || map.Lookup(name) is not { } found
                || !own.Match(context, frame, found)
            )
            {
                return false;
            }
        }

        return true;
    }

    public override void Trace(Flow flow, Shape[] slots, Shape value)
    {
        var element = flow.Each(value);
        foreach (var (key, own) in members)
        {
            flow.Demand(key.Trace(flow, slots), Refusals.Key);
            own.Trace(flow, slots, element);
        }
    }
}

/// <summary>A shape some of whose parts are computed from others of its parts.</summary>
internal sealed class LatePattern(Pattern shape, (int Slot, Expr Expected)[] late) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        if (!shape.Match(context, frame, value))
        {
            return false;
        }

        foreach (var (slot, expected) in late)
        {
            if (expected.Eval(context, frame) is not { } own || !context.Same(own, frame[slot]!))
            {
                return false;
            }
        }

        return true;
    }

    public override void Trace(Flow flow, Shape[] slots, Shape value)
    {
        shape.Trace(flow, slots, value);
        foreach (var (slot, expected) in late)
        {
            flow.Compare(expected.Trace(flow, slots), slots[slot]);
        }
    }
}
