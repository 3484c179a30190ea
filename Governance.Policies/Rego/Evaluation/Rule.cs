using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>One definition of a rule, ready to run.</summary>
internal sealed class Rule(Location at, string name)
{
    public Location At { get; } = at;
    public string Name { get; } = name;
    public int FrameSize { get; set; }

    /// <summary>The slot in which the branches gather what they find.</summary>
    public int ResultSlot { get; set; }

    /// <summary>The slot of the key that is asked for, of a rule that is asked for one.</summary>
    public int KeySlot { get; set; }
    public Pattern[] Arguments { get; set; } = [];

    /// <summary>The rule's body and those of its <c>else</c>, in order; the first that holds counts.</summary>
    public Step[] Branches { get; set; } = [];

    /// <summary>A frame for following columns through the rule: all is known at first.</summary>
    public Shape[] Slots()
    {
        var slots = new Shape[FrameSize];
        Array.Fill(slots, Shape.Known);
        return slots;
    }
}
