using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Runs what follows for each value that a reference with open steps leads to.</summary>
/// <param name="head">Where it begins, or null where it begins in data.</param>
/// <param name="data">The path in data, or null.</param>
/// <param name="steps">The steps.</param>
/// <param name="target">What the value has to be, or null where it is only to be true.</param>
internal sealed class ScanStep(Expr? head, DataReference? data, RefStep[] steps, Pattern? target) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Step();
        if (data is not null)
        {
            return data.Scan(context, frame, this);
        }

        return head!.Eval(context, frame) is not { } value || From(context, frame, value, 0, false);
    }

    public bool From(Context context, RegoValue?[] frame, RegoValue value, int at, bool document)
    {
        while (at < steps.Length && steps[at].Key is { } known)
        {
            if (
                known.Eval(context, frame) is not { } key
                || (document ? DataReference.Below(context, value, key) : context.Lookup(value, key)) is not { } next
            )
            {
                return true;
            }

            value = next;
            at++;
        }

        if (at == steps.Length)
        {
            return !(target is null ? Holds(context, value) : target.Match(context, frame, value))
                || Next.Run(context, frame);
        }

        var each = steps[at].Each!;
        switch (value)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Items.Length; i++)
                {
                    context.State.Step();
                    if (
                        each.Match(context, frame, NumberValue.Of(i))
                        && !From(context, frame, array.Items[i], at + 1, document)
                    )
                    {
                        return false;
                    }
                }

                return true;
            case SetValue set:
                foreach (var item in set.Items)
                {
                    context.State.Step();
                    if (each.Match(context, frame, item) && !From(context, frame, item, at + 1, document))
                    {
                        return false;
                    }
                }

                return true;
            case ObjectValue map:
                for (var i = 0; i < map.Count; i++)
                {
                    context.State.Step();
                    if (
                        each.Match(context, frame, map.Keys[i])
                        && !From(context, frame, map.Values[i], at + 1, document)
                    )
                    {
                        return false;
                    }
                }

                return true;
            default:
                return Context.IsNone(value);
        }
    }

    protected override void Trace(Flow flow, Shape[] slots)
    {
        var value = data is null
            ? RefStep.Trace(flow, slots, head!.Trace(flow, slots), steps)
            : data.Trace(flow, slots);
        if (target is null)
        {
            flow.Test(value);
        }
        else
        {
            target.Trace(flow, slots, value);
        }

        Next.Follow(flow, slots);
    }

    private static bool Holds(Context context, RegoValue value) =>
        value is UnknownValue column ? context.Decisions!.Holds(column, context.Certainty) : !value.IsFalse;
}
