using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>Makes one definition of a rule ready to run.</summary>
internal sealed class RuleCompiler(RuleTree root, ModuleNames names)
{
    public void Compile(
        RuleNode node,
        RuleTree place,
        Rule rule,
        List<(RuleTree Place, Rule Rule, Dependencies Dependencies)> compiled
    )
    {
        var frame = new FrameLayout();
        var dependencies = new Dependencies();
        var lowering = new Lowering(names, root, dependencies);
        var entry = new Scope(frame, null);
        rule.ResultSlot = frame.Take();

        var arguments = new List<(Resolved Shape, Term? Computed)>();
        foreach (var argument in node.Arguments ?? [])
        {
            if (!IsShape(argument))
            {
                arguments.Add((new Local(argument.At, entry.Fresh(argument.At)), argument));
                continue;
            }

            foreach (var name in TermNames.Used(argument))
            {
                if (name.Name != "_" && entry.Find(name.Name) is null)
                {
                    entry.Add(name.Name, name.At);
                }
            }

            arguments.Add((lowering.Value(argument, entry, []), null));
        }

        var shapes = new Planner(root, frame);
        for (var i = 0; i < arguments.Count; i++)
        {
            rule.Arguments[i] = shapes.Match(arguments[i].Shape);
        }

        Variable[] known =
        [
            .. entry.Own,
            .. arguments.Where(one => one.Computed is not null).Select(one => ((Local)one.Shape).Variable),
        ];
        rule.Branches =
        [
            .. node.Branches.Select(branch => Branch(node, branch, place, rule, lowering, entry, known, arguments)),
        ];
        rule.FrameSize = frame.Size;
        compiled.Add((place, rule, dependencies));
        if (place.Sets.Contains(rule) || (place.IsFlat && place.Dynamic.Contains(rule)))
        {
            try
            {
                AddKeyed(node, place, rule);
            }
            catch (SyntaxFault)
            {
                // Asked for one key, there is no order of its lines: it is always computed as a whole.
            }
        }
    }

    // The same rule, asked for one key: its body begins with what is wanted, and finds it instead of going through everything.
    private void AddKeyed(RuleNode node, RuleTree place, Rule rule)
    {
        var frame = new FrameLayout();
        var keyed = new Rule(rule.At, rule.Name) { ResultSlot = frame.Take() };
        var entry = new Scope(frame, null);
        var key = entry.Fresh(node.At);
        keyed.KeySlot = key.Slot;
        var head = node.Element ?? Compiler.Tail(node)[0];
        var branch = node.Branches[0];
        var lowering = new Lowering(names, root, new Dependencies());
        var scope = lowering.Open(entry, frame, branch.Body, [branch.Value, head]);
        var body = lowering.Body(branch.Body, scope);
        var goals = new List<Goal>();
        var wanted = lowering.Value(head, scope, goals);
        goals.Insert(0, new Unify(head.At, wanted, new Local(head.At, key)));
        goals.AddRange(body);
        Resolved value =
            branch.Value is null || node.Element is not null
                ? new Constant(branch.At, BoolValue.True)
                : lowering.Value(branch.Value, scope, goals);
        keyed.Branches =
        [
            new Planner(root, frame).Plan(
                goals,
                [key],
                plan => new ValueStep(
                    keyed.ResultSlot,
                    plan.Compute(node.Element is null ? value : wanted),
                    node.Element is not null || value is Constant,
                    node.At,
                    "object keys must be unique"
                )
            ),
        ];
        keyed.FrameSize = frame.Size;
        place.Keyed.Add(keyed);
    }

    private static bool IsShape(Term term) =>
        term switch
        {
            VarTerm or ScalarTerm => true,
            ArrayTerm array => array.Items.All(IsShape),
            ObjectTerm map => map.Members.All(member => member.Key is ScalarTerm && IsShape(member.Value)),
            _ => false,
        };

    private Step Branch(
        RuleNode node,
        RuleBranch branch,
        RuleTree place,
        Rule rule,
        Lowering lowering,
        Scope entry,
        Variable[] known,
        List<(Resolved Shape, Term? Computed)> arguments
    )
    {
        var tail = Compiler.Tail(node);
        var computed = arguments.Where(one => one.Computed is not null).ToArray();
        var scope = lowering.Open(
            entry,
            entry.Frame,
            branch.Body,
            [branch.Value, node.Element, .. tail, .. computed.Select(one => one.Computed)]
        );
        var goals = lowering.Body(branch.Body, scope);
        foreach (var (shape, term) in computed)
        {
            goals.Add(new Unify(term!.At, shape, lowering.Value(term, scope, goals)));
        }

        var path = tail.Select(step => lowering.Value(step, scope, goals)).ToArray();
        var element = node.Element is null ? null : lowering.Value(node.Element, scope, goals);
        var value = branch.Value is null
            ? new Constant(branch.At, BoolValue.True)
            : lowering.Value(branch.Value, scope, goals);

        var planner = new Planner(root, entry.Frame);
        return planner.Plan(
            goals,
            known,
            plan =>
                place.Sets.Contains(rule) || place.Dynamic.Contains(rule)
                    ? new AddStep(
                        rule.ResultSlot,
                        [.. path.Select(plan.Compute)],
                        element is null ? null : plan.Compute(element),
                        plan.Compute(value),
                        node.At
                    )
                    : new ValueStep(
                        rule.ResultSlot,
                        plan.Compute(value),
                        value is Constant,
                        node.At,
                        node.Arguments is null ? RuleEvaluation.ManyOutputs : RuleEvaluation.ManyResults
                    )
        );
    }
}
