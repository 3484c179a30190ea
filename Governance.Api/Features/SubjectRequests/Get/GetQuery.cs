using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Get;

/// <summary>Reads one request.</summary>
internal sealed record GetQuery(Guid Id) : IRequest<Result<SubjectRequestView>>;

internal sealed class GetHandler(SubjectRequestStore requests, SubjectRequestViews views)
    : IRequestHandler<GetQuery, Result<SubjectRequestView>>
{
    public async Task<Result<SubjectRequestView>> Handle(GetQuery request, CancellationToken cancellationToken) =>
        await requests.FindAsync(request.Id, cancellationToken) is { } found
            ? views.Of(found)
            : SubjectRequestFailures.Unknown;
}
