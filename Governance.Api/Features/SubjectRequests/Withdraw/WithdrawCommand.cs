using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Withdraw;

/// <summary>The person takes the request back, or it was made in error.</summary>
internal sealed record WithdrawCommand(Guid Id, string Actor, string? Reason = null) : IRequest<Result>;

internal sealed class WithdrawHandler(RequestEnding ending) : IRequestHandler<WithdrawCommand, Result>
{
    public Task<Result> Handle(WithdrawCommand request, CancellationToken cancellationToken) =>
        ending.EndAsync(
            request.Id,
            RequestAct.Withdraw,
            RequestState.Withdrawn,
            request.Actor,
            request.Reason,
            cancellationToken
        );
}
