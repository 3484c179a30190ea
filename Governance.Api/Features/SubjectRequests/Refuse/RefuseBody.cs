using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests.Refuse;

/// <summary>Why a request is refused.</summary>
/// <param name="Reason">Words for the person; 3 to 1,000 characters. Name no personal value in them.</param>
internal sealed record RefuseBody(string Reason);

internal sealed class RefuseValidator : IRequestValidator<RefuseCommand>
{
    public IEnumerable<Fault> Validate(RefuseCommand request)
    {
        if (request.Reason.Trim().Length is < 3 or > 1000)
        {
            yield return new Fault("reason", "wrong_length", "A refusal carries its reason, in 3 to 1,000 characters.");
        }
    }
}
