namespace Governance.Masking.Avro.Internal;

/// <summary>
/// One of several single values in a row that stay as they are. Most fields of most records do, and moving over them is most of the
/// work: a run of them is walked in one loop, without a call for each.
/// </summary>
/// <param name="Wire">How it stands on the wire.</param>
/// <param name="Size">Bytes of a fixed, or symbols of an enum; else 0.</param>
/// <param name="NullBranch">Which branch is null, where it is one of two in a union; else -1.</param>
internal readonly record struct PlainStep(WireType Wire, int Size, int NullBranch = -1)
{
    /// <summary>The step that walks a node's values, or <see langword="null"/> where they are more than that.</summary>
    public static PlainStep? For(PlanNode node) =>
        node switch
        {
            PlainNode plain => plain.Step,
            UnionNode { Rewrites: false, Branches: [NullNode, PlainNode value] } => value.Step with { NullBranch = 0 },
            UnionNode { Rewrites: false, Branches: [PlainNode value, NullNode] } => value.Step with { NullBranch = 1 },
            _ => null,
        };
}
