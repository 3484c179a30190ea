using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests.Extend;

/// <summary>Why two further months are needed.</summary>
/// <param name="Reason">Words for the person, who must be told inside the first month; 3 to 1,000 characters. Name no personal value in them.</param>
internal sealed record ExtendBody(string Reason);

internal sealed class ExtendValidator : IRequestValidator<ExtendCommand>
{
    public IEnumerable<Fault> Validate(ExtendCommand request)
    {
        if (request.Reason.Trim().Length is < 3 or > 1000)
        {
            yield return new Fault(
                "reason",
                "wrong_length",
                "An extension carries its reason, which the person is told, in 3 to 1,000 characters."
            );
        }
    }
}
