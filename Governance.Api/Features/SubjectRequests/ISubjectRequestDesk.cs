using Governance.Api.Http;
using Governance.Api.Storage;

namespace Governance.Api.Features.SubjectRequests;

/// <summary>The way to subject requests for other features, such as protocols at the edge.</summary>
internal interface ISubjectRequestDesk
{
    /// <summary>The types that can be submitted.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Submits a request; its claims are turned into keyed hashes at once.</summary>
    Task<Result<DeskRequest>> SubmitAsync(
        DeskSubmission submission,
        string actor,
        ISubmitCompanion companion,
        CancellationToken cancellationToken
    );

    /// <summary>How a request stands; <see langword="null"/> where there is none.</summary>
    Task<DeskRequest?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Takes a request back.</summary>
    Task<Result> WithdrawAsync(Guid id, string actor, string why, CancellationToken cancellationToken);
}

/// <summary>What is written together with a submitted request, or not at all, so that a repetition is known as one.</summary>
internal interface ISubmitCompanion
{
    /// <summary>The request that the same submission has become before; <see langword="null"/> the first time.</summary>
    Task<Guid?> FindEarlierAsync(StateDbContext db, CancellationToken cancellationToken);

    /// <summary>Keeps which request it has become.</summary>
    Task KeepAsync(StateDbContext db, Guid requestId, CancellationToken cancellationToken);
}

/// <summary>A submission. A class, since its text form must not show what is claimed.</summary>
internal sealed class DeskSubmission
{
    public required string Type { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<(string Domain, string Value)> Claims { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    public string? Channel { get; init; }
}

/// <summary>A request, seen from outside.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="State">The same in our own words.</param>
/// <param name="ReceivedAt">When the person asked.</param>
/// <param name="SubmittedAt">When it came here.</param>
/// <param name="DueAt">The end of its last legal day.</param>
internal sealed record DeskRequest(
    Guid Id,
    DeskPhase Phase,
    string State,
    DateTimeOffset ReceivedAt,
    DateTimeOffset SubmittedAt,
    DateTimeOffset DueAt
);

/// <summary>How far a request is.</summary>
internal enum DeskPhase
{
    /// <summary>Nobody has decided it; it can be taken back.</summary>
    Waiting,

    /// <summary>It is carried out, or a part of it failed and somebody must look.</summary>
    Working,

    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>It was refused or taken back.</summary>
    Ended,
}
