using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Together;

/// <summary>An act on many requests.</summary>
/// <param name="Ids">The requests: 1 to 1,000.</param>
/// <param name="Reason">Why, for each one's history; at most 1,000 characters. Name no personal value in it.</param>
internal sealed record ManyBody(IReadOnlyList<Guid> Ids, string? Reason = null);

/// <summary>What came of it for each.</summary>
internal sealed record ManyAnswer(IReadOnlyList<OneAnswer> Requests)
{
    /// <summary>With the state that each is in afterwards.</summary>
    public static async Task<ManyAnswer> OfAsync(
        SubjectRequestStore requests,
        Dictionary<Guid, Result> answers,
        CancellationToken cancellationToken
    )
    {
        var states = await requests.ReadAsync(
            db =>
                db.Set<SubjectRequest>()
                    .Where(request => answers.Keys.Contains(request.Id))
                    .Select(request => new { request.Id, request.State })
                    .ToDictionaryAsync(request => request.Id, request => request.State, cancellationToken),
            cancellationToken
        );
        return new ManyAnswer([
            .. answers.Select(answer => new OneAnswer(
                answer.Key,
                states.TryGetValue(answer.Key, out var state) ? state.Name() : null,
                answer.Value.Failure?.Code,
                answer.Value.Failure?.Detail,
                answer.Value.Failure?.Next
            )),
        ]);
    }
}

/// <summary>What came of an act on one request.</summary>
/// <param name="Id">The request.</param>
/// <param name="State">How it stands; absent where there is none.</param>
/// <param name="Code">Why it was not done; absent where it was.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record OneAnswer(Guid Id, string? State, string? Code, string? Detail, string? Next);

internal sealed class ManyValidator : IRequestValidator<VerifyManyCommand>, IRequestValidator<ApproveManyCommand>
{
    public IEnumerable<Fault> Validate(VerifyManyCommand request) => Validate(request.Body);

    public IEnumerable<Fault> Validate(ApproveManyCommand request) => Validate(request.Body);

    private static IEnumerable<Fault> Validate(ManyBody body)
    {
        if (body.Ids is not { Count: > 0 and <= 1000 })
        {
            yield return new Fault("ids", "wrong_number", "One call acts on 1 to 1,000 requests.");
        }

        if (body.Reason?.Length > 1000)
        {
            yield return new Fault("reason", "wrong_length", "A reason has at most 1,000 characters.");
        }
    }
}
