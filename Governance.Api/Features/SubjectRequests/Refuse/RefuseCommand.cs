using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Refuse;

/// <summary>Refuses a request; the reason is told to the person, with their right to complain (GDPR Art. 12(4)).</summary>
internal sealed record RefuseCommand(Guid Id, string Reason, string Actor) : IRequest<Result>;

internal sealed class RefuseHandler(RequestEnding ending) : IRequestHandler<RefuseCommand, Result>
{
    public Task<Result> Handle(RefuseCommand request, CancellationToken cancellationToken) =>
        ending.EndAsync(
            request.Id,
            RequestAct.Refuse,
            RequestState.Refused,
            request.Actor,
            request.Reason,
            cancellationToken
        );
}
