using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>One replacement of a <c>with</c>, ready to run.</summary>
internal sealed record WithPart(Root Root, RegoValue[] Path, Expr? Value, object? Function, FunctionStandIn? StandIn);

/// <summary>Runs lines with other input or data, and what follows with what was before.</summary>
internal sealed class WithStep(WithPart[] parts, Step inner) : Step
{
    public override bool Run(Context context, RegoValue?[] frame)
    {
        context.State.Charge(1);
        var (input, data, targets, functions) = (context.Input, context.Data, context.Targets, context.Functions);
        var copied = false;
        foreach (var part in parts)
        {
            RegoValue? value = null;
            if (part.Value is not null && (value = part.Value.Eval(context, frame)) is null)
            {
                return true;
            }

            switch (part.Root)
            {
                case Root.Input:
                    input = Put(input, part.Path, value!);
                    break;
                case Root.Data:
                    data = Put(data, part.Path, value!);
                    targets = Targets.With(targets, part.Path);
                    break;
                default:
                    functions =
                        copied ? functions!
                        : functions is null ? []
                        : new(functions);
                    copied = true;
                    functions[part.Function!] = (part.StandIn, value);
                    break;
            }
        }

        return inner.Run(context.With(input, data, targets, functions), frame);
    }

    protected override void Trace(Flow flow, Shape[] slots) =>
        inner.Follow(
            flow.Inside([
                .. parts.Select(part =>
                    (part.Root, part.Path, part.Value?.Trace(flow, slots) ?? Shape.Known, part.Function is not null)
                ),
            ]),
            slots
        );

    private static RegoValue Put(RegoValue? into, ReadOnlySpan<RegoValue> path, RegoValue value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        Context.IsNone(into);
        var members = new ObjectBuilder();
        if (into is ObjectValue map)
        {
            for (var i = 0; i < map.Count; i++)
            {
                members.Set(map.Keys[i], map.Values[i]);
            }
        }

        members.Set(path[0], Put(into is ObjectValue ? into.Lookup(path[0]) : null, path[1..], value));
        return members.Build();
    }
}

/// <summary>The end of the lines of a <c>with</c>: goes on behind them, with the input and data of before.</summary>
internal sealed class EndWithStep : Step
{
    public Step Outer { get; set; } = null!;

    public override bool Run(Context context, RegoValue?[] frame) => Outer.Next.Run(context.Outer!, frame);

    protected override void Trace(Flow flow, Shape[] slots) => Outer.Next.Follow(flow.Outer!, slots);
}
