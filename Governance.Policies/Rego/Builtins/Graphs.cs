using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>graph.reachable</c>: nodes are keys, edges are sets or arrays of them.</summary>
internal static class Graphs
{
    public static IEnumerable<Builtin> All => [new("graph.reachable", 2, Reachable)];

    private static RegoValue? Reachable(BuiltinCall call, RegoValue[] values)
    {
        if (
            !call.Object(values, 0, out var graph, out var failed)
            || !call.Collection(values, 1, out var initial, out failed, "one of {set, array}")
        )
        {
            return failed;
        }

        var reached = new SetBuilder();
        var next = new Stack<RegoValue>(initial.Reverse());
        while (next.TryPop(out var node))
        {
            call.State.Charge(1);
            if (graph.Lookup(node) is not { } edges || !reached.Add(node))
            {
                continue;
            }

            RegoValue[] neighbours = edges switch
            {
                ArrayValue array => array.Items,
                SetValue set => set.Items,
                _ => [],
            };
            foreach (var neighbour in neighbours)
            {
                next.Push(neighbour);
            }
        }

        return reached.Build();
    }
}
