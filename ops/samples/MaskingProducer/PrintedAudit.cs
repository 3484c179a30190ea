using Governance.Masking.Revealing;

namespace MaskingProducer;

/// <summary>Stands for your audit log. What it cannot write is not revealed.</summary>
internal sealed class PrintedAudit : IRevealAudit
{
    public ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"audit  {fact.Actor} saw {fact.Revealed} of {fact.Asked} values of {fact.Dataset}.{fact.ColumnPath} for {fact.Purpose}"
        );
        return ValueTask.CompletedTask;
    }
}
