using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>The failures that several use cases share.</summary>
internal static class SubjectRequestFailures
{
    public static Failure Unknown { get; } =
        Failure.NotFound(
            "unknown_subject_request",
            "There is no subject request with this id.",
            $"GET {SubjectRequestAddresses.Root} lists them."
        );

    public static Failure ChangedMeanwhile { get; } =
        Failure.Conflict(
            "changed_meanwhile",
            "Somebody else has changed the request at the same moment; nothing was done.",
            "Read the request again, and repeat the call if it is still wanted."
        );

    public static Failure NotPossible(RequestAct act, RequestState state) =>
        Failure.Conflict(
            "not_possible_now",
            RequestActs.Refusal(act, state),
            RequestActs.PossibleIn(state) is [_, ..] ? null : "Read the request for how it stands."
        );

    /// <summary>The claims do not point at one person.</summary>
    public static Failure AskAgain(string code, int? people) =>
        code switch
        {
            Resolution.SeveralPeopleCode => Failure.Conflict(
                code,
                $"The claims, or rows that they own, point at {people} people or more, so nobody's rows are touched.",
                "Withdraw the request, and submit it again with an identifier that only this person has: a customer id or an account number. If it has one, a row ties two people together: let the owners of the contracts mend the row or its link. If they are one person who is registered several times, and somebody has checked that, verify it with samePerson, the number of registrations."
            ),
            Resolution.ClaimsDisagreeCode => Failure.Conflict(
                code,
                "The claims do not point at the same person, so nobody's rows are touched.",
                "Withdraw the request, and submit it again with claims that were checked against one account: a customer id or an account number."
            ),
            _ => Failure.Conflict(
                code,
                "No contract names this kind of person any more, so no plan can be made.",
                "Publish the contract that does, and verify the request again."
            ),
        };
}
