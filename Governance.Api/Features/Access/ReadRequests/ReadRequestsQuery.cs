using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Access.ReadRequests;

/// <summary>The requests that somebody may see, the newest first.</summary>
/// <param name="State">Only those in this state.</param>
/// <param name="Take">How many at most.</param>
/// <param name="Actor">Who reads.</param>
internal sealed record ListRequestsQuery(string? State, int Take, Actor Actor) : IRequest<Result<RequestsAnswer>>;

/// <summary>One request.</summary>
internal sealed record GetRequestQuery(Guid Id, Actor Actor) : IRequest<Result<AccessRequestView>>;

/// <summary>Requests.</summary>
internal sealed record RequestsAnswer(IReadOnlyList<AccessRequestView> Requests);

internal sealed class ReadRequestsHandler(AccessRequestStore requests, GrantStore grants, IPolicyDecisionPoint policies)
    : IRequestHandler<ListRequestsQuery, Result<RequestsAnswer>>,
        IRequestHandler<GetRequestQuery, Result<AccessRequestView>>
{
    private const int Most = 500;

    public async Task<Result<RequestsAnswer>> Handle(ListRequestsQuery query, CancellationToken cancellationToken)
    {
        AccessRequestState? wanted = null;
        if (query.State is { } name)
        {
            if (!Enum.TryParse<AccessRequestState>(name, ignoreCase: true, out var state) || !Enum.IsDefined(state))
            {
                return Failure.Invalid("unknown_state", "The state is pending, granted or denied.");
            }

            wanted = state;
        }

        if (query.Take is < 1 or > Most)
        {
            return Failure.Invalid("out_of_range", $"take is 1 to {Most}.");
        }

        var seen = await ReadablePages.TakeAsync(
            (skip, take) =>
                requests.ReadAsync(
                    all =>
                        all.Where(request => wanted == null || request.State == wanted)
                            .OrderByDescending(request => request.RequestedAt)
                            .ThenByDescending(request => request.Id)
                            .Skip(skip)
                            .Take(take),
                    cancellationToken
                ),
            request => MayReadAsync(request, query.Actor, cancellationToken),
            query.Take
        );
        var views = new List<AccessRequestView>();
        foreach (var request in seen)
        {
            views.Add(await ViewAsync(request, cancellationToken));
        }

        return new RequestsAnswer(views);
    }

    public async Task<Result<AccessRequestView>> Handle(GetRequestQuery query, CancellationToken cancellationToken) =>
        await requests.FindAsync(query.Id, cancellationToken) is { } request
        && await MayReadAsync(request, query.Actor, cancellationToken)
            ? await ViewAsync(request, cancellationToken)
            : AccessFailures.UnknownRequest;

    private async Task<bool> MayReadAsync(AccessRequest request, Actor actor, CancellationToken cancellationToken) =>
        (
            await policies.MayApproveAsync(
                new ApprovalQuestion(PolicySubjects.Of(actor), ApprovalAct.Read, request.ForApproval),
                cancellationToken
            )
        ).Allowed;

    private async Task<AccessRequestView> ViewAsync(AccessRequest request, CancellationToken cancellationToken) =>
        AccessRequestView.Of(
            request,
            request.GrantId is { } id ? (await grants.FindAsync(id, cancellationToken))?.State.Name() : null
        );
}
