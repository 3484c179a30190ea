using Governance.Masking.Revealing;

namespace Governance.Api.Features.Ledger;

/// <summary>Every reveal stands in the ledger before anybody sees a value.</summary>
internal sealed class LedgerRevealAudit(ILedger ledger) : IRevealAudit
{
    public async ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken) =>
        _ = await ledger.AppendAsync(
            new LedgerFact(
                fact.Actor,
                "values.revealed",
                $"dataset/{fact.Dataset}",
                new LedgerDetails
                {
                    { "column", fact.ColumnPath },
                    { "method", fact.Method },
                    { "purpose", fact.Purpose },
                    { "asked", fact.Asked },
                    { "revealed", fact.Revealed },
                }
            ),
            cancellationToken
        );
}
