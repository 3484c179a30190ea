using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Api.Features.SubjectRequests.Withdraw;
using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>What may be said with an act.</summary>
/// <param name="Reason">Why, for the request's history; at most 1,000 characters. Name no personal value in it.</param>
internal sealed record ActBody(string? Reason = null);

internal sealed class ActReasonValidator
    : IRequestValidator<VerifyCommand>,
        IRequestValidator<ApproveCommand>,
        IRequestValidator<WithdrawCommand>
{
    private const int MaximumLength = 1000;

    public IEnumerable<Fault> Validate(VerifyCommand request) => Validate(request.Reason);

    public IEnumerable<Fault> Validate(ApproveCommand request) => Validate(request.Reason);

    public IEnumerable<Fault> Validate(WithdrawCommand request) => Validate(request.Reason);

    private static IEnumerable<Fault> Validate(string? reason)
    {
        if (reason?.Length > MaximumLength)
        {
            yield return new Fault("reason", "wrong_length", "A reason has at most 1,000 characters.");
        }
    }
}
