using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.List;

/// <summary>Lists requests, the newest first.</summary>
/// <param name="State">Only those in this state.</param>
/// <param name="Due">Only open ones that are <c>late</c>, or due <c>soon</c>; the earliest deadline first.</param>
/// <param name="Skip">How many to pass over.</param>
/// <param name="Take">How many at most.</param>
internal sealed record ListQuery(string? State, string? Due, int Skip, int Take) : IRequest<Result<ListAnswer>>;

/// <summary>A page of requests.</summary>
/// <param name="Total">How many match, on all pages.</param>
/// <param name="Late">How many open requests are late, whatever the page is of.</param>
/// <param name="DueSoon">How many open requests are due soon.</param>
/// <param name="Requests">Those on this page.</param>
internal sealed record ListAnswer(int Total, int Late, int DueSoon, IReadOnlyList<ListedRequest> Requests);

/// <summary>A request in the list; the rest is read at its own address.</summary>
internal sealed record ListedRequest(
    Guid Id,
    string Type,
    string Subject,
    string State,
    DateTimeOffset ReceivedAt,
    LegalClockView Legal,
    string? DuplicateOf,
    string Location
);

internal sealed class ListHandler(IStateStore state, SubjectRequestViews views, DueRequests due)
    : IRequestHandler<ListQuery, Result<ListAnswer>>
{
    private const int Most = 500;

    public async Task<Result<ListAnswer>> Handle(ListQuery request, CancellationToken cancellationToken)
    {
        List<Fault> faults = [];
        RequestState? wanted = null;
        if (request.State is not null)
        {
            if (RequestStates.TryParse(request.State, out var parsed))
            {
                wanted = parsed;
            }
            else
            {
                var names = string.Join(", ", Enum.GetValues<RequestState>().Select(one => one.Name()));
                faults.Add(new Fault("state", "unknown_state", $"The state is one of {names}."));
            }
        }

        if (request.Due is not (null or DueStates.Late or DueStates.Soon))
        {
            faults.Add(new Fault("due", "unknown_due", $"It is {DueStates.Late} or {DueStates.Soon}, or is left out."));
        }

        if (request.Skip < 0)
        {
            faults.Add(new Fault("skip", "out_of_range", "It is 0 or more."));
        }

        if (request.Take is < 1 or > Most)
        {
            faults.Add(new Fault("take", "out_of_range", $"It is 1 to {Most}."));
        }

        if (faults.Count > 0)
        {
            return Failure.Invalid("invalid_request", "The request has faults.", "Mend what the faults name.", faults);
        }

        return await state.ReadAsync(db => PageAsync(db, request, wanted, cancellationToken), cancellationToken);
    }

    private async Task<ListAnswer> PageAsync(
        StateDbContext db,
        ListQuery request,
        RequestState? wanted,
        CancellationToken cancellationToken
    )
    {
        var all = db.Set<SubjectRequest>().Where(one => wanted == null || one.State == wanted);
        var pressing = await due.FindAsync(db, cancellationToken);
        if (request.Due is { } kind)
        {
            return await PressingAsync(all, request, pressing, kind, cancellationToken);
        }

        var page = await all.OrderByDescending(one => one.SubmittedAt)
            .ThenBy(one => one.Id)
            .Skip(request.Skip)
            .Take(request.Take)
            .ToListAsync(cancellationToken);
        return Answer(await all.CountAsync(cancellationToken), pressing, page);
    }

    private async Task<ListAnswer> PressingAsync(
        IQueryable<SubjectRequest> all,
        ListQuery request,
        IReadOnlyList<DueRequest> pressing,
        string kind,
        CancellationToken cancellationToken
    )
    {
        var ids = pressing.Where(one => one.Due == kind).Select(one => one.Id).ToList();
        var places = ids.Index().ToDictionary(one => one.Item, one => one.Index);
        var matching = await all.Where(one => ids.Contains(one.Id)).ToListAsync(cancellationToken);
        var page = matching.OrderBy(one => places[one.Id]).Skip(request.Skip).Take(request.Take);
        return Answer(matching.Count, pressing, page);
    }

    private ListAnswer Answer(int total, IReadOnlyList<DueRequest> pressing, IEnumerable<SubjectRequest> page) =>
        new(
            total,
            pressing.Count(one => one.Due == DueStates.Late),
            pressing.Count(one => one.Due == DueStates.Soon),
            [.. page.Select(Listed)]
        );

    private ListedRequest Listed(SubjectRequest request) =>
        new(
            request.Id,
            request.Type,
            request.Subject,
            request.State.Name(),
            request.ReceivedAt,
            views.Legal(request),
            request.DuplicateOf is { } other ? SubjectRequestAddresses.Of(other) : null,
            SubjectRequestAddresses.Of(request.Id)
        );
}
