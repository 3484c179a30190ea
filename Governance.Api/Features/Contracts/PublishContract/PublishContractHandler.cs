using System.Text;
using Governance.Api.Features.Contracts.Catalog;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Contracts.PublishContract;

internal sealed class PublishContractHandler(ContractStore store)
    : IRequestHandler<PublishContractRequest, Result<PublishContractAnswer>>
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public async Task<Result<PublishContractAnswer>> Handle(
        PublishContractRequest request,
        CancellationToken cancellationToken
    )
    {
        string yaml;
        try
        {
            yaml = StrictUtf8.GetString(request.Body);
        }
        catch (DecoderFallbackException)
        {
            return Failure.InvalidDocument(
                "invalid_contract",
                "The contract is not UTF-8.",
                "Save it as UTF-8, and publish again. Nothing was changed.",
                [new Fault("", FaultCodes.UnreadableFile, "The document is not UTF-8. Save it as UTF-8.", 1, 1)]
            );
        }

        var result = await store.PublishAsync([new Publication(request.Id, yaml, request.Actor)], cancellationToken);
        if (!result.IsOk)
        {
            return result.Failure;
        }

        var published = result.Value[0];
        return new PublishContractAnswer(
            ContractSummary.Of(published.Stored, published.Contract),
            published.IsChanged,
            [.. published.Losses.Select(loss => new LessProtected(loss.Dataset, loss.Column, loss.Was, loss.Becomes))],
            published.IsNew
        );
    }
}
