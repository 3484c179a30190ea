using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests.Lift;

/// <summary>Why a limit is lifted.</summary>
/// <param name="Reason">Why, as the person is told before (Art. 18(3)); 1 to 1,000 characters. Name no personal value in it.</param>
internal sealed record LiftBody(string Reason);

internal sealed class LiftValidator : IRequestValidator<LiftCommand>
{
    private const int MaximumLength = 1000;

    public IEnumerable<Fault> Validate(LiftCommand request)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > MaximumLength)
        {
            yield return new Fault("reason", "wrong_length", "Say why: 1 to 1,000 characters.");
        }
    }
}
