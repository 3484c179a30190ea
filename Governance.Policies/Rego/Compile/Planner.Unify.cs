using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>Equations: taken apart until each part binds, compares, or goes through a reference.</summary>
internal sealed partial class Planner
{
    private bool TryUnify(Unify unify, List<Step> steps)
    {
        var before = new HashSet<Variable>(bound);
        var made = new List<Step>();
        var left = new List<(Resolved Left, Resolved Right)> { (unify.Left, unify.Right) };
        while (left.Count > 0)
        {
            var progress = false;
            for (var i = 0; i < left.Count; i++)
            {
                var (one, other) = left[i];
                if (Split(one, other) is { } parts)
                {
                    left.RemoveAt(i);
                    left.InsertRange(i, parts);
                    i--;
                    progress = true;
                }
                else if (Pair(one, other, out var again) is { } step)
                {
                    left.RemoveAt(i--);
                    made.Add(step);
                    progress = true;
                    if (again is { } more)
                    {
                        left.Insert(++i, more);
                        i--;
                    }
                }
            }

            if (!progress)
            {
                bound = before;
                return false;
            }
        }

        steps.AddRange(made);
        return true;
    }

    // Two shapes of the same size are unified part by part.
    private static List<(Resolved Left, Resolved Right)>? Split(Resolved one, Resolved other)
    {
        switch (Opened(one, other), Opened(other, one))
        {
            case (ArrayOf left, ArrayOf right) when left.Items.Count == right.Items.Count:
                return [.. left.Items.Zip(right.Items)];
            case (ObjectOf left, ObjectOf right)
                when left.Members.Count == right.Members.Count
                    && left.Members.All(member => member.Key is Constant)
                    && right.Members.All(member => member.Key is Constant):
                var pairs = new List<(Resolved Left, Resolved Right)>();
                foreach (var (key, value) in left.Members)
                {
                    var match = right.Members.FirstOrDefault(member =>
                        ((Constant)member.Key).Value.Equals(((Constant)key).Value)
                    );
                    if (match.Value is null)
                    {
                        return null;
                    }

                    pairs.Add((value, match.Value));
                }

                return pairs;
            default:
                return null;
        }
    }

    // A constant is taken apart where the other side is a shape.
    private static Resolved Opened(Resolved term, Resolved other) =>
        (term, other) switch
        {
            (Constant { Value: ArrayValue array }, ArrayOf) => new ArrayOf(
                term.At,
                [.. array.Items.Select(item => new Constant(term.At, item))]
            ),
            (Constant { Value: ObjectValue map }, ObjectOf) => new ObjectOf(
                term.At,
                [
                    .. map.Keys.Select(
                        (key, i) =>
                            ((Resolved)new Constant(term.At, key), (Resolved)new Constant(term.At, map.Values[i]))
                    ),
                ]
            ),
            _ => term,
        };

    private Step? Pair(Resolved one, Resolved other, out (Resolved Left, Resolved Right)? again)
    {
        again = null;
        var computeOne = CanCompute(one);
        var computeOther = CanCompute(other);
        if (computeOne && computeOther)
        {
            return new CompareStep(Compute(one), Compute(other));
        }

        if (computeOther && !computeOne)
        {
            return Take(one, other);
        }

        if (computeOne)
        {
            return Take(other, one);
        }

        if (other is Reference second && CanScan(second) && CanMatch(one))
        {
            return Scan(second, one);
        }

        if (one is Reference first && CanScan(first) && CanMatch(other))
        {
            return Scan(first, other);
        }

        // Two references to go through: the first one's value is kept, and the second one is searched for it.
        if (one is Reference left && CanScan(left) && other is Reference right && CanScan(right))
        {
            var kept = new Local(left.At, new Variable("", left.At, frame.Take(), 0));
            var search = Scan(left, kept);
            again = (right, kept);
            return search;
        }

        // Shapes that can never be the same.
        return
            one is ArrayOf or ObjectOf
            && other is ArrayOf or ObjectOf
            && CanMatch(one)
            && CanMatch(other)
            && Differ(one, other)
            ? new FailStep()
            : null;
    }

    private static bool Differ(Resolved one, Resolved other) =>
        (one, other) switch
        {
            (ArrayOf left, ArrayOf right) => left.Items.Count != right.Items.Count,
            (ObjectOf, ObjectOf) => false,
            _ => true,
        };

    // One side is known: the other is bound to it, taken apart by it, or searched for it.
    private Step? Take(Resolved open, Resolved known)
    {
        if (open is Reference reference)
        {
            return CanScan(reference) ? Scan(reference, known) : null;
        }

        if (!CanMatch(open) || open is not (Local or ArrayOf or ObjectOf))
        {
            return null;
        }

        var value = Compute(known);
        if (open is Local { Variable: var variable })
        {
            bound.Add(variable);
            return new BindStep(variable.Slot, value);
        }

        return new MatchStep(Match(open), value);
    }
}
