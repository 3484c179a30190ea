using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Api.Features.SubjectRequests.Withdraw;
using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>What may be said with an act.</summary>
/// <param name="Reason">Why, for the request's history; at most 1,000 characters. Name no personal value in it.</param>
internal sealed record ActBody(string? Reason = null);

/// <summary>What may be said with a verification.</summary>
/// <param name="Reason">How the person was identified, for the request's history; at most 1,000 characters. Name no personal value in it.</param>
/// <param name="SamePerson">
/// How many registrations (customer ids) are this one person's, where the claims point at several: somebody has checked that these are not
/// several people.
/// </param>
internal sealed record VerifyBody(string? Reason = null, int? SamePerson = null);

internal sealed class ActReasonValidator
    : IRequestValidator<VerifyCommand>,
        IRequestValidator<ApproveCommand>,
        IRequestValidator<WithdrawCommand>
{
    private const int MaximumLength = 1000;

    public IEnumerable<Fault> Validate(VerifyCommand request)
    {
        if (request.SamePerson is < 1 or > 100)
        {
            yield return new Fault("samePerson", "out_of_range", "One person has 1 to 100 registrations.");
        }

        foreach (var fault in Validate(request.Reason))
        {
            yield return fault;
        }
    }

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
