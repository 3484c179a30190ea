using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Together;

/// <summary>Approves many requests, each by its own plan.</summary>
internal sealed record ApproveManyCommand(ManyBody Body, string Actor) : IRequest<Result<ManyAnswer>>;

internal sealed class ApproveManyHandler(
    SubjectRequestStore requests,
    IRequestHandler<ApproveCommand, Result> approvals
) : IRequestHandler<ApproveManyCommand, Result<ManyAnswer>>
{
    public async Task<Result<ManyAnswer>> Handle(ApproveManyCommand request, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<Guid, Result>();
        foreach (var id in request.Body.Ids.Distinct())
        {
            var command = new ApproveCommand(id, request.Actor, request.Body.Reason);
            answers.Add(id, await approvals.Handle(command, cancellationToken));
        }

        return await ManyAnswer.OfAsync(requests, answers, cancellationToken);
    }
}
