using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Compares a value with a shape, and takes parts of it into slots.</summary>
internal abstract class Pattern
{
    public abstract bool Match(Context context, RegoValue?[] frame, RegoValue value);
}

internal sealed class AnyPattern : Pattern
{
    public static readonly AnyPattern Instance = new();

    public override bool Match(Context context, RegoValue?[] frame, RegoValue value) => true;
}

internal sealed class BindPattern(int slot) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        frame[slot] = value;
        return true;
    }
}

internal sealed class EqualPattern(Expr expected) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value) =>
        expected.Eval(context, frame) is { } own && own.Equals(value);
}

internal sealed class ArrayPattern(Pattern[] items) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        if (value is not ArrayValue array || array.Items.Length != items.Length)
        {
            return false;
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
}

internal sealed class ObjectPattern((Expr Key, Pattern Value)[] members) : Pattern
{
    public override bool Match(Context context, RegoValue?[] frame, RegoValue value)
    {
        if (value is not ObjectValue map || map.Count != members.Length)
        {
            return false;
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
            if (expected.Eval(context, frame) is not { } own || !own.Equals(frame[slot]))
            {
                return false;
            }
        }

        return true;
    }
}
