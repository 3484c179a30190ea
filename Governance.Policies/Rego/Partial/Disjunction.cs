using System.Collections.Immutable;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>
/// Puts the cases of a policy together to one condition, as short as is easily seen and in the order of the policy. Each change
/// keeps the rows that the condition holds for, also those with nulls.
/// </summary>
internal sealed class Disjunction
{
    // Every case is compared with every other.
    private const int MostCases = 1000;

    private readonly EvaluationState state;
    private List<List<RowCondition>> cases;

    private Disjunction(IEnumerable<IReadOnlyList<RowCondition>> cases, EvaluationState state)
    {
        this.state = state;
        this.cases = [.. cases.Select(Shortened)];
    }

    /// <summary>The condition that one of the cases holds; null where there are too many of them.</summary>
    public static RowCondition? Of(IEnumerable<IReadOnlyList<RowCondition>> cases, EvaluationState state)
    {
        var all = new Disjunction(cases, state);
        while (all.MergeValues()) { }

        if (all.cases.Count > MostCases)
        {
            return null;
        }

        do
        {
            all.Absorb();
        } while (all.MergeComplements() || all.MergeValues());

        return Or(all.cases);
    }

    // What follows from the rest of a case need not be asked.
    private static List<RowCondition> Shortened(IReadOnlyList<RowCondition> literals)
    {
        var kept = new List<RowCondition>(literals);
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            if (Enumerable.Range(0, kept.Count).Any(other => other != i && Literals.Implies(kept[other], kept[i])))
            {
                kept.RemoveAt(i);
            }
        }

        return kept;
    }

    // A case that asks for all that another one asks for adds nothing to it.
    private void Absorb()
    {
        for (var i = cases.Count - 1; i >= 0; i--)
        {
            for (var other = 0; other < cases.Count; other++)
            {
                state.Step();
                if (other != i && Follows(cases[i], cases[other]))
                {
                    cases.RemoveAt(i);
                    break;
                }
            }
        }
    }

    private static bool Follows(List<RowCondition> narrow, List<RowCondition> wide) =>
        wide.TrueForAll(one => narrow.Exists(own => Literals.Implies(own, one)));

    // Cases that differ in the value of one column are one case with several values.
    private bool MergeValues()
    {
        var alike = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var order = new List<(string Column, List<int> Cases)>();
        for (var i = 0; i < cases.Count; i++)
        {
            foreach (var literal in cases[i].Where(literal => !Literals.ValuesOf(literal).IsEmpty))
            {
                state.Step();
                var column = Literals.ColumnOf(literal);
                var key = $"{Rest(cases[i], literal)}\0\0{column}";
                if (!alike.TryGetValue(key, out var group))
                {
                    alike.Add(key, group = []);
                    order.Add((column, group));
                }

                group.Add(i);
            }
        }

        var used = new HashSet<int>();
        var gone = new HashSet<int>();
        foreach (var (column, group) in order)
        {
            int[] free = [.. group.Where(i => !used.Contains(i)).Distinct()];
            if (free.Length < 2)
            {
                continue;
            }

            used.UnionWith(free);
            gone.UnionWith(free[1..]);
            var first = cases[free[0]];
            var at = first.FindIndex(literal => HasValues(literal, column));
            first[at] = Literals.OneOf(
                column,
                free.SelectMany(i => Literals.ValuesOf(cases[i].Find(literal => HasValues(literal, column))!))
            );
        }

        cases = [.. cases.Where((_, i) => !gone.Contains(i))];
        return gone.Count > 0;
    }

    private static bool HasValues(RowCondition literal, string column) =>
        !Literals.ValuesOf(literal).IsEmpty
        && string.Equals(Literals.ColumnOf(literal), column, StringComparison.Ordinal);

    // Of two cases that differ in a yes and a no, only that there is an answer is left to ask.
    private bool MergeComplements()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < cases.Count; i++)
        {
            for (var at = 0; at < cases[i].Count; at++)
            {
                state.Step();
                var literal = cases[i][at];
                var rest = Rest(cases[i], literal);
                if (!seen.TryGetValue($"{rest}\0\0{Literals.Text(Literals.Complement(literal))}", out var first))
                {
                    seen.TryAdd($"{rest}\0\0{Literals.Text(literal)}", i);
                    continue;
                }

                var left = cases[i].Where((_, own) => own != at);
                var there = new Presence(Literals.ColumnOf(literal));
                cases[first] = Shortened([
                    .. literal is Presence or Negation { Condition: Presence } ? left : left.Append(there),
                ]);
                cases.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    private static string Rest(List<RowCondition> literals, RowCondition without) =>
        string.Join(
            "\0\0",
            literals.Where(literal => !literal.Equals(without)).Select(Literals.Text).Order(StringComparer.Ordinal)
        );

    private static RowCondition Or(List<List<RowCondition>> cases)
    {
        RowCondition[] all = [.. cases.Select(And)];
        return all is [var only] ? only : new AnyOf([.. all]);
    }

    private static RowCondition And(List<RowCondition> literals)
    {
        var all = new List<RowCondition>();
        foreach (var literal in literals)
        {
            var column = Literals.ColumnOf(literal);
            var own = Literals.ValuesOf(Literals.Complement(literal));
            var before = own.IsEmpty ? -1 : all.FindIndex(other => HasValues(Literals.Complement(other), column));
            if (before < 0)
            {
                all.Add(literal);
                continue;
            }

            // Values that a column must not have are told together.
            all[before] = Literals.Complement(
                Literals.OneOf(column, [.. Literals.ValuesOf(Literals.Complement(all[before])), .. own])
            );
        }

        return all is [var only] ? only : new AllOf([.. all]);
    }
}
