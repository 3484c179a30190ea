using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>Which rows a policy says yes to.</summary>
/// <param name="Condition">
/// The rows: <see cref="RowCondition.Everything"/>, <see cref="RowCondition.Nothing"/>, or a condition that is an or of ands.
/// </param>
public sealed record PartialResult(RowCondition Condition)
{
    /// <summary>Every row, whatever it holds.</summary>
    public bool IsEverything => Condition.Equals(RowCondition.Everything);

    /// <summary>No row.</summary>
    public bool IsNothing => Condition.Equals(RowCondition.Nothing);
}
