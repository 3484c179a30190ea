using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>The places in data that <c>with</c> has replaced: at them and below them no rule counts.</summary>
internal sealed class Targets
{
    private readonly Dictionary<RegoValue, Targets> children = [];

    public bool IsReplaced { get; private set; }

    public Targets? Child(RegoValue step) => children.GetValueOrDefault(step);

    public static Targets With(Targets? before, ReadOnlySpan<RegoValue> path)
    {
        var copy = before is null ? new Targets() : before.Copy();
        var place = copy;
        foreach (var step in path)
        {
            var next = place.children.TryGetValue(step, out var own) ? own.Copy() : new Targets();
            place.children[step] = next;
            place = next;
        }

        place.IsReplaced = true;
        return copy;
    }

    private Targets Copy()
    {
        var copy = new Targets { IsReplaced = IsReplaced };
        foreach (var (step, child) in children)
        {
            copy.children.Add(step, child);
        }

        return copy;
    }
}
