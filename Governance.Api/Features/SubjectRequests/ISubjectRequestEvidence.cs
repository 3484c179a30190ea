namespace Governance.Api.Features.SubjectRequests;

/// <summary>Requests of a period, as an auditor takes them away.</summary>
internal interface ISubjectRequestEvidence
{
    /// <summary>Every request that was received or has ended in the period, the oldest first, each as the API shows it (JSON, UTF-8).</summary>
    IAsyncEnumerable<EvidencedRequest> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>The period's report (JSON, UTF-8).</summary>
    Task<byte[]> ReportAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>The first moment of the first day, and that behind the last, where the office is.</summary>
    (DateTimeOffset Start, DateTimeOffset End) Bounds(DateOnly from, DateOnly to);
}

/// <summary>A request.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type.</param>
/// <param name="State">How it stands.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Json">All of it.</param>
internal sealed record EvidencedRequest(
    Guid Id,
    string Type,
    string State,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? EndedAt,
    byte[] Json
);
