using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Receipt;

/// <summary>Reads a request's receipt.</summary>
internal sealed record ReceiptQuery(Guid Id) : IRequest<Result<string>>;

internal sealed class ReceiptHandler(SubjectRequestStore requests, IReceipts receipts)
    : IRequestHandler<ReceiptQuery, Result<string>>
{
    public async Task<Result<string>> Handle(ReceiptQuery request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } found)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (await receipts.FindAsync(request.Id.ToString(), cancellationToken) is { } receipt)
        {
            return receipt;
        }

        return found switch
        {
            { DuplicateOf: { } other } => Failure.Conflict(
                "no_receipt",
                "A duplicate has no receipt of its own.",
                $"Read the receipt of the request that it duplicates: {SubjectRequestAddresses.Of(other)}/receipt."
            ),
            _ => Failure.Conflict(
                "no_receipt",
                $"The request is '{found.State.Name()}'; a receipt is signed when its erasure has ended.",
                found.State.IsFinal() ? null : "Ask again once the request has ended."
            ),
        };
    }
}
