namespace Governance.Api.Features.Receipts.Signing;

/// <summary>Signs receipts.</summary>
internal interface IReceiptSigner
{
    /// <summary>Signs with the active key (ES256).</summary>
    /// <returns>A compact JWS of type <see cref="ReceiptSigner.Type"/>.</returns>
    string Sign(ReceiptPayload payload);
}
