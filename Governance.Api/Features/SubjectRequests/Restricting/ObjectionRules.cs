using System.Globalization;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Http;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.SubjectRequests.Restricting;

/// <summary>Asks the policies which purposes may be objected to. No answer is no objection that is refused or allowed: it is asked again.</summary>
internal sealed class ObjectionRules(IPolicyDecisionPoint policies) : IObjectionRules
{
    public async Task<(IReadOnlyList<string> Allowed, IReadOnlyList<string> Refused, Failure? Failure)> DecideAsync(
        string subject,
        IReadOnlyList<string> purposes,
        CancellationToken cancellationToken
    )
    {
        var decision = await policies.DecideObjectionAsync(
            new ObjectionQuestion(subject, [.. purposes]),
            cancellationToken
        );
        Failure? failure = decision switch
        {
            { NoAnswer: { } reason } => Failure.Unavailable(
                "policy_unavailable",
                "The policies gave no answer about these purposes; nothing was stored.",
                $"Try again later ({reason.Code}). /health/ready says of the part policy what is wrong."
            ),
            { Unknown: [_, ..] unknown } => Failure.Invalid(
                "invalid_request",
                "The subject request has faults; nothing was stored.",
                "Mend what the faults name, and send it again.",
                [
                    .. unknown.Select(purpose => new Fault(
                        string.Create(CultureInfo.InvariantCulture, $"purposes[{IndexOf(purposes, purpose)}]"),
                        "unknown_purpose",
                        "The policies know no such purpose. GET /policies lists what they are made of."
                    )),
                ]
            ),
            _ => null,
        };
        return (decision.Allowed, [.. decision.Refused.Select(one => $"{one.Purpose}: {one.Ground}")], failure);
    }

    private static int IndexOf(IReadOnlyList<string> purposes, string purpose) =>
        purposes.TakeWhile(one => one != purpose).Count();
}
