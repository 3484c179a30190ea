using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;

namespace Governance.Policies.Rego.Compile;

/// <summary>Refuses rules that ask for themselves, also by way of others: so every evaluation ends.</summary>
internal static class Recursion
{
    private const int Deepest = 1000;

    public static void Check(
        RuleTree root,
        IReadOnlyList<(RuleTree Place, Rule Rule, Dependencies Dependencies)> compiled
    )
    {
        var edges = new Dictionary<RuleTree, HashSet<RuleTree>>();
        foreach (var (place, _, dependencies) in compiled)
        {
            if (!edges.TryGetValue(place, out var targets))
            {
                edges.Add(place, targets = []);
            }

            foreach (var reference in dependencies.References)
            {
                Follow(root, reference.Steps, 0, targets);
            }

            targets.UnionWith(dependencies.Functions.Select(one => one.Function));
            if (place.Dynamic.Count > 0)
            {
                AddBelow(place, targets);
            }
        }

        var done = new HashSet<RuleTree>();
        foreach (var place in edges.Keys)
        {
            Visit(place, edges, done, []);
        }
    }

    private static void Follow(RuleTree place, IReadOnlyList<Resolved> steps, int at, HashSet<RuleTree> targets)
    {
        if (place.IsVirtual)
        {
            targets.Add(place);
            return;
        }

        if (at == steps.Count)
        {
            AddBelow(place, targets);
            return;
        }

        if (steps[at] is Constant { Value: var step })
        {
            if (place.Child(step) is { } child)
            {
                Follow(child, steps, at + 1, targets);
            }

            return;
        }

        foreach (var child in place.Children)
        {
            Follow(child, steps, at + 1, targets);
        }
    }

    private static void AddBelow(RuleTree place, HashSet<RuleTree> targets)
    {
        foreach (var child in place.Children)
        {
            if (child.IsVirtual)
            {
                targets.Add(child);
            }

            AddBelow(child, targets);
        }
    }

    private static void Visit(
        RuleTree place,
        Dictionary<RuleTree, HashSet<RuleTree>> edges,
        HashSet<RuleTree> done,
        List<RuleTree> path
    )
    {
        var before = path.IndexOf(place);
        if (before >= 0)
        {
            var circle = path.Skip(before).Append(place).Select(one => one.Path());
            var rule = place.Complete.Concat(place.Sets).Concat(place.Dynamic).Concat(place.Functions).First();
            throw new SyntaxFault(
                rule.At,
                SyntaxFault.Recursion,
                $"rule {place.Path()} is recursive: {string.Join(" -> ", circle)}."
            );
        }

        if (done.Contains(place) || !edges.TryGetValue(place, out var targets))
        {
            return;
        }

        if (path.Count == Deepest)
        {
            throw new SyntaxFault(
                default,
                SyntaxFault.Unsupported,
                $"Rules ask for each other more than {Deepest} deep: make the policy flatter."
            );
        }

        path.Add(place);
        foreach (var target in targets)
        {
            Visit(target, edges, done, path);
        }

        path.RemoveAt(path.Count - 1);
        done.Add(place);
    }
}
