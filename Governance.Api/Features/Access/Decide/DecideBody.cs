using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.Access.Decide;

/// <summary>What may be said with an act.</summary>
/// <param name="Reason">Why; at most 1,000 characters. Name no personal value in it.</param>
internal sealed record DecideBody(string? Reason = null);

internal sealed class DecideValidator : IRequestValidator<ApproveCommand>, IRequestValidator<DenyCommand>
{
    public IEnumerable<Fault> Validate(ApproveCommand request) => Validate(request.Reason);

    public IEnumerable<Fault> Validate(DenyCommand request) => Validate(request.Reason);

    private static IEnumerable<Fault> Validate(string? reason)
    {
        if (reason?.Length > 1000)
        {
            yield return new Fault("reason", "wrong_length", "A reason has at most 1,000 characters.");
        }
    }
}
