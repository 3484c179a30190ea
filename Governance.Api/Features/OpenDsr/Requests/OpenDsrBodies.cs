namespace Governance.Api.Features.OpenDsr.Requests;

/// <summary>A request as a controller sends it. Not a record: its text form must not show the identities.</summary>
internal sealed class OpenDsrBody
{
    public required string Regulation { get; init; }

    public required Guid SubjectRequestId { get; init; }

    public required string SubjectRequestType { get; init; }

    public IReadOnlyList<OpenDsrIdentity>? SubjectIdentities { get; init; }

    public required DateTimeOffset SubmittedTime { get; init; }

    public string? ApiVersion { get; init; }

    public IReadOnlyList<string>? StatusCallbackUrls { get; init; }
}

/// <summary>An identity.</summary>
internal sealed class OpenDsrIdentity
{
    public required string IdentityType { get; init; }

    public required string IdentityValue { get; init; }

    public required string IdentityFormat { get; init; }
}

/// <summary>What answers a request.</summary>
internal sealed record OpenDsrReceived(
    string ControllerId,
    DateTimeOffset ExpectedCompletionTime,
    DateTimeOffset ReceivedTime,
    string EncodedRequest,
    Guid SubjectRequestId
);

/// <summary>How a request stands; also what a callback tells, with its address.</summary>
internal sealed record OpenDsrStatus(
    string ControllerId,
    DateTimeOffset ExpectedCompletionTime,
    Guid SubjectRequestId,
    string RequestStatus,
    string ApiVersion,
    string? StatusCallbackUrl = null,
    string? Receipt = null
);

/// <summary>What answers a cancellation.</summary>
internal sealed record OpenDsrCancelled(
    string ControllerId,
    Guid SubjectRequestId,
    DateTimeOffset ReceivedTime,
    string ApiVersion
);
