namespace Governance.Api.Features.Ledger;

/// <summary>The ledger as text, as <c>verify-ledger --file</c> reads it.</summary>
internal interface ILedgerExport
{
    /// <summary>Writes every entry, from the first to the last that stands at this moment.</summary>
    /// <returns>How many there are.</returns>
    Task<long> WriteAsync(Stream stream, CancellationToken cancellationToken);
}
