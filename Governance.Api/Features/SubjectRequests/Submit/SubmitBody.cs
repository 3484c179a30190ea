using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Api.Features.SubjectRequests.Rectifying;

namespace Governance.Api.Features.SubjectRequests.Submit;

/// <summary>A subject request as it arrives. Not a record: its text form must not show what is claimed.</summary>
internal sealed class SubmitBody
{
    /// <summary>What is asked for: <c>erasure</c>, <c>access</c>, <c>portability</c>, <c>rectification</c>, <c>restriction</c> or <c>objection</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of person, as the contracts name it: <c>customer</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What the person says of themselves; several claims must point at the same person.</summary>
    public required IReadOnlyList<ClaimBody> Claims { get; init; }

    /// <summary>When the person asked, where that was not now; the legal deadline counts from it.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>What the archive of an access or portability request is encrypted to; it can be said later, before the approval.</summary>
    public EncryptToBody? EncryptTo { get; init; }

    /// <summary>The values that a rectification corrects.</summary>
    public IReadOnlyList<CorrectionBody>? Corrections { get; init; }

    /// <summary>The purposes that an objection is about, by their codes.</summary>
    public IReadOnlyList<string>? Purposes { get; init; }

    /// <summary>How the person asked: <c>web</c>, <c>letter</c>, <c>phone</c>, …</summary>
    public string? Channel { get; init; }
}

/// <summary>One claim. Its value is turned into a keyed hash at once.</summary>
internal sealed class ClaimBody
{
    /// <summary>The identifier domain, as the contracts name it: <c>email</c>, <c>customer_id</c>.</summary>
    public required string Domain { get; init; }

    /// <summary>The identifier.</summary>
    public required string Value { get; init; }
}
