using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;

namespace Governance.Policies.Rego.Compile;

/// <summary>
/// Orders the goals of a body so that every variable is bound before it is needed, and makes steps of them. A body for which there
/// is no such order is unsafe, and is refused. What is bound where is known from then on: nothing is unified while it runs.
/// </summary>
internal sealed partial class Planner(RuleTree root, FrameLayout frame)
{
    private HashSet<Variable> bound = [];

    /// <summary>Plans a body.</summary>
    /// <param name="goals">What it asks for.</param>
    /// <param name="entry">The variables that are bound when it begins.</param>
    /// <param name="end">Makes the last step, when all is bound.</param>
    public Step Plan(IReadOnlyList<Goal> goals, IEnumerable<Variable> entry, Func<Planner, Step> end)
    {
        var outer = bound;
        bound = [.. entry];
        var steps = Order(goals);
        var last = end(this);
        bound = outer;
        return Link(steps, last);
    }

    private Step PlanInner(IReadOnlyList<Goal> goals, IEnumerable<Variable> more, Func<Step> end)
    {
        var outer = bound;
        bound = [.. outer, .. more];
        var steps = Order(goals);
        var last = end();
        bound = outer;
        return Link(steps, last);
    }

    private static Step Link(List<Step> steps, Step last)
    {
        var next = last;
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            steps[i].Next = next;
            next = steps[i];
        }

        return next;
    }

    // OPA's order: the lines as they are written, each as soon as what it needs is bound.
    private List<Step> Order(IReadOnlyList<Goal> goals)
    {
        var steps = new List<Step>();
        var left = goals.ToList();
        var bindable = goals.SelectMany(Terms.Direct).ToHashSet();
        while (left.Count > 0)
        {
            var placed = 0;
            foreach (var goal in left.ToArray())
            {
                // What a closure uses of this body has to be bound first.
                if (Terms.InClosures(goal).Any(variable => bindable.Contains(variable) && !bound.Contains(variable)))
                {
                    continue;
                }

                var before = steps.Count;
                if (TryPlace(goal, steps))
                {
                    foreach (var step in steps.Skip(before))
                    {
                        step.At = goal.At;
                    }

                    left.Remove(goal);
                    placed++;
                }
            }

            if (placed == 0)
            {
                throw UnsafeIn(left);
            }
        }

        return steps;
    }

    private SyntaxFault UnsafeIn(List<Goal> left)
    {
        var variables = left.SelectMany(goal => Terms.Direct(goal).Concat(Terms.InClosures(goal)))
            .Where(variable => !bound.Contains(variable))
            .Distinct()
            .OrderBy(variable => variable.At.Line)
            .ThenBy(variable => variable.At.Column)
            .ToArray();
        var named = variables.FirstOrDefault(variable => !variable.IsGenerated) ?? variables.FirstOrDefault();
        return named is null
            ? new SyntaxFault(left[0].At, SyntaxFault.Unsupported, "This line cannot be ordered: split it up.")
            : new SyntaxFault(
                named.At.Line == 0 ? left[0].At : named.At,
                SyntaxFault.Unsafe,
                named.IsGenerated
                    ? "A part of this expression is unsafe: bind what it uses in another line."
                    : $"var {named.Name} is unsafe: bind it in a line that is not negated, to something that is known."
            );
    }

    private bool TryPlace(Goal goal, List<Step> steps)
    {
        switch (goal)
        {
            case Unify unify:
                return TryUnify(unify, steps);
            case Test test:
                return TryTest(test, steps);
            case Not not:
                if (!Terms.Direct(not).All(bound.Contains))
                {
                    return false;
                }

                steps.Add(new NotStep(PlanInner([not.Inner], [], () => FoundStep.Instance)));
                return true;
            case Walk walk:
                return TryWalk(walk, steps);
            case Every every:
                return TryEvery(every, steps);
            case With with:
                return TryWith(with, steps);
            default:
                throw new SyntaxFault(goal.At, SyntaxFault.Unsupported, "This line is not supported.");
        }
    }

    private bool TryTest(Test test, List<Step> steps)
    {
        if (CanCompute(test.Term))
        {
            steps.Add(new TestStep(Compute(test.Term)));
            return true;
        }

        if (test.Term is Reference reference && CanScan(reference))
        {
            steps.Add(Scan(reference, null));
            return true;
        }

        return false;
    }

    private bool TryWalk(Walk walk, List<Step> steps)
    {
        if (!CanCompute(walk.Value) || !CanMatch(walk.Output))
        {
            return false;
        }

        var value = Compute(walk.Value);
        steps.Add(new WalkStep(value, Match(walk.Output)));
        return true;
    }

    private bool TryEvery(Every every, List<Step> steps)
    {
        if (!CanCompute(every.Domain))
        {
            return false;
        }

        Variable[] own = every.Key is null ? [every.Value] : [every.Key, every.Value];
        var body = PlanInner(every.Body, own, () => FoundStep.Instance);
        steps.Add(new EveryStep(Compute(every.Domain), every.Key?.Slot ?? -1, every.Value.Slot, body));
        return true;
    }

    private bool TryWith(With with, List<Step> steps)
    {
        if (!with.Replacements.All(replacement => replacement.Value is null || CanCompute(replacement.Value)))
        {
            return false;
        }

        var parts = with
            .Replacements.Select(replacement => new WithPart(
                replacement.Root,
                [.. replacement.Path],
                replacement.Value is null ? null : Compute(replacement.Value),
                replacement.Function,
                replacement.StandIn
            ))
            .ToArray();
        var before = new HashSet<Variable>(bound);
        List<Step> inner;
        try
        {
            inner = Order(with.Goals);
        }
        catch (SyntaxFault fault) when (fault.Code == SyntaxFault.Unsafe)
        {
            bound = before;
            return false;
        }

        var end = new EndWithStep();
        var step = new WithStep(parts, Link(inner, end));
        end.Outer = step;
        steps.Add(step);
        return true;
    }
}
