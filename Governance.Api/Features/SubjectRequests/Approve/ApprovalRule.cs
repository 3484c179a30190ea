using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.Approve;

/// <summary>What a request of some type must have before it can be approved.</summary>
internal static class ApprovalRule
{
    /// <summary>What is missing; <see langword="null"/> where nothing is.</summary>
    public static Failure? Refusal(SubjectRequest request) =>
        RequestTypes.IsExport(request.Type) && request.Demand?.Sealed is null
            ? Failure.Conflict(
                "encryption_missing",
                "Nobody has said what the archive is encrypted to, and none is written plain.",
                $"POST {SubjectRequestAddresses.Of(request.Id)}/encrypt-to with a passphrase or a public key, and approve again."
            )
            : null;
}
