using Governance.Api.Storage;
using Governance.Masking.Revealing;

namespace Governance.Api.Features.Ledger;

/// <summary>Every revealed value stands in the ledger before anybody sees it: an entry each, all of a call in one transaction.</summary>
internal sealed class LedgerRevealAudit(ILedger ledger, IStateStore store) : IRevealAudit
{
    public async ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken) =>
        await store.WriteAsync(
            async db =>
            {
                foreach (var value in fact.Values)
                {
                    await ledger.AppendAsync(db, Entry(fact, value), cancellationToken);
                }
            },
            cancellationToken
        );

    private static LedgerFact Entry(RevealFact fact, RevealFactValue value)
    {
        var details = new LedgerDetails
        {
            { "column", fact.ColumnPath },
            { "method", fact.Method },
            { "purpose", fact.Purpose },
            { "reference", value.Reference },
        };
        if (value.Fault is { } fault)
        {
            details.Add("fault", fault);
        }

        foreach (var (name, ground) in fact.Grounds)
        {
            details.Add(name, ground);
        }

        return new LedgerFact(
            fact.Actor,
            value.Fault is null ? "value.revealed" : "value.withheld",
            $"dataset/{fact.Dataset}",
            details
        );
    }
}
