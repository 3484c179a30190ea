using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>Which terms can be computed, gone through or taken apart with what is bound, and how.</summary>
internal sealed partial class Planner
{
    /// <summary>The expression of a term all of whose variables are bound.</summary>
    public Expr Compute(Resolved term)
    {
        switch (term)
        {
            case Constant constant:
                return new ConstantExpr(constant.Value);
            case Local local:
                return bound.Contains(local.Variable)
                    ? new SlotExpr(local.Variable.Slot)
                    : throw new SyntaxFault(
                        local.At,
                        SyntaxFault.Unsafe,
                        $"var {local.Variable.Name} is unsafe: bind it in a line that is not negated."
                    );
            case Reference reference:
                return ComputeReference(reference);
            case Invocation { Builtin: { } builtin } call:
                return new BuiltinExpr(builtin, Compute(call.Arguments), call.At);
            case Invocation call:
                return new FunctionExpr(call.Function!, Compute(call.Arguments), call.At);
            case ArrayOf array:
                return new ArrayExpr(Compute(array.Items));
            case SetOf set:
                return new SetExpr(Compute(set.Items));
            case ObjectOf map:
                return new ObjectExpr([.. map.Members.Select(member => (Compute(member.Key), Compute(member.Value)))]);
            case Comprehension comprehension:
                return ComputeComprehension(comprehension);
            case Template template:
                return new TemplateExpr(
                    [
                        .. template.Parts.Select(part =>
                            (part.Text, part.Expression is null ? null : Compute(part.Expression))
                        ),
                    ],
                    template.At
                );
            default:
                throw new SyntaxFault(term.At, SyntaxFault.Unsupported, "This term is not supported.");
        }
    }

    private Expr[] Compute(IReadOnlyList<Resolved> terms) => [.. terms.Select(Compute)];

    private Expr ComputeReference(Reference reference)
    {
        var steps = Compute(reference.Steps);
        if (reference.Root == Root.Data)
        {
            return new DataExpr(new DataReference(root, [.. steps.Select(step => new RefStep(step, null))]));
        }

        var head = reference.Root == Root.Input ? InputExpr.Instance : Compute(reference.Head!);
        return steps.Length == 0 ? head : new LookupExpr(head, steps);
    }

    private ComprehensionExpr ComputeComprehension(Comprehension comprehension)
    {
        var slot = frame.Take();
        var body = PlanInner(
            comprehension.Body,
            [],
            () =>
                new GatherStep(
                    slot,
                    comprehension.Key is null ? null : Compute(comprehension.Key),
                    Compute(comprehension.Value),
                    comprehension.At
                )
        );
        return new ComprehensionExpr(
            body,
            slot,
            comprehension.Kind switch
            {
                ComprehensionKind.Array => static () => new ArrayBuilder(),
                ComprehensionKind.Set => static () => new SetBuilder(),
                _ => static () => new ObjectBuilder(),
            }
        );
    }

    private bool CanCompute(Resolved term) =>
        Terms.Direct(term).All(bound.Contains) && Terms.InClosures(term).All(bound.Contains);

    /// <summary>Whether each open step of a reference is a variable to bind, or a shape to take keys apart.</summary>
    private bool CanScan(Reference reference) =>
        (reference.Head is null || CanCompute(reference.Head))
        && reference.Steps.All(step => CanCompute(step) || CanMatch(step));

    /// <summary>Whether a term is a shape whose open parts are variables.</summary>
    private bool CanMatch(Resolved term) => CanMatch(term, [.. Shapes(term)]);

    private bool CanMatch(Resolved term, HashSet<Variable> own) =>
        term switch
        {
            Local => true,
            ArrayOf array => array.Items.All(item => CanMatch(item, own)),
            ObjectOf map => map.Members.All(member => CanCompute(member.Key) && CanMatch(member.Value, own)),
            _ => Terms
                .Direct(term)
                .Concat(Terms.InClosures(term))
                .All(variable => bound.Contains(variable) || own.Contains(variable)),
        };

    private static IEnumerable<Variable> Shapes(Resolved term) =>
        term switch
        {
            Local local => [local.Variable],
            ArrayOf array => array.Items.SelectMany(Shapes),
            ObjectOf map => map.Members.SelectMany(member => Shapes(member.Value)),
            _ => [],
        };

    /// <summary>The pattern of a shape; its variables are bound from here on.</summary>
    public Pattern Match(Resolved term)
    {
        var late = new List<(int Slot, Resolved Expected)>();
        var shape = Match(term, late);
        return late.Count == 0
            ? shape
            : new LatePattern(shape, [.. late.Select(one => (one.Slot, Compute(one.Expected)))]);
    }

    private Pattern Match(Resolved term, List<(int Slot, Resolved Expected)> late)
    {
        if (term is Local { Variable: var variable } && bound.Add(variable))
        {
            return variable.IsWildcard ? AnyPattern.Instance : new BindPattern(variable.Slot);
        }

        if (CanCompute(term))
        {
            return new EqualPattern(Compute(term));
        }

        switch (term)
        {
            case ArrayOf array:
                return new ArrayPattern([.. array.Items.Select(item => Match(item, late))]);
            case ObjectOf map:
                return new ObjectPattern([
                    .. map.Members.Select(member => (Compute(member.Key), Match(member.Value, late))),
                ]);
            default:
                var slot = frame.Take();
                late.Add((slot, term));
                return new BindPattern(slot);
        }
    }

    private ScanStep Scan(Reference reference, Resolved? target)
    {
        var head = reference.Root switch
        {
            Root.Data => null,
            Root.Input => InputExpr.Instance,
            _ => Compute(reference.Head!),
        };
        var steps = reference
            .Steps.Select(step => CanCompute(step) ? new RefStep(Compute(step), null) : new RefStep(null, Match(step)))
            .ToArray();
        return new ScanStep(
            head,
            reference.Root == Root.Data ? new DataReference(root, steps) : null,
            steps,
            target is null ? null : Match(target)
        );
    }
}
