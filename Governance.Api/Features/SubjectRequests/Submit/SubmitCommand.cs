using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Submit;

/// <summary>Submits a subject request.</summary>
internal sealed class SubmitCommand(SubmitBody body, string actor) : IRequest<Result<SubmitAnswer>>
{
    public SubmitBody Body { get; } = body;

    public string Actor { get; } = actor;

    /// <summary>What is written with the request, if anything.</summary>
    public ISubmitCompanion? Companion { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="State"><c>received</c>, or <c>duplicate_of</c>.</param>
/// <param name="Location">Where it can be read.</param>
/// <param name="DuplicateOf">Where the open request about the same person can be read, if there is one.</param>
internal sealed record SubmitAnswer(Guid Id, string State, string Location, string? DuplicateOf);
