using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Get;

/// <summary>Reads one request.</summary>
internal sealed record GetQuery(Guid Id) : IRequest<Result<SubjectRequestView>>;

internal sealed class GetHandler(
    SubjectRequestStore requests,
    SubjectRequestViews views,
    WarehouseCopies copies,
    IEnumerable<INotifiedRecipients> recipients
) : IRequestHandler<GetQuery, Result<SubjectRequestView>>
{
    public async Task<Result<SubjectRequestView>> Handle(GetQuery request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } found)
        {
            return SubjectRequestFailures.Unknown;
        }

        var told = new List<NotifiedRecipient>();
        foreach (var source in recipients)
        {
            told.AddRange(await source.OfAsync(request.Id, cancellationToken));
        }

        return views.Of(found, await copies.ReadAsync(cancellationToken)).With(told);
    }
}
