using System.Diagnostics.Metrics;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Governance.Api.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Counting;

/// <summary>Open requests by state and type, and those that are late or due soon, as metrics.</summary>
internal sealed class RequestCounts : CountingWorker
{
    private const string Open = "governance.requests.open";
    private const string Due = "governance.requests.due";

    private static readonly string[] s_due = [DueStates.Late, DueStates.Soon];

    private readonly IStateStore _state;
    private readonly DueRequests _due;

    public RequestCounts(IStateStore state, DueRequests due, TimeProvider time, IOptions<TelemetryOptions> options)
        : base("Governance.Requests", time, options)
    {
        (_state, _due) = (state, due);
        Show(Open, "{request}", "Subject requests that have not ended");
        Show(Due, "{request}", "Subject requests that are past their legal deadline, or close to it");
    }

    public override Task<Dictionary<string, Measurement<long>[]>> CountAsync(CancellationToken cancellationToken) =>
        _state.ReadAsync(
            async db =>
            {
                var open = await db.Set<SubjectRequest>()
                    .Where(request => request.EndedAt == null)
                    .GroupBy(request => new { request.State, request.Type })
                    .Select(group => new { group.Key, Count = group.LongCount() })
                    .ToListAsync(cancellationToken);
                var due = await _due.FindAsync(db, cancellationToken);
                return new Dictionary<string, Measurement<long>[]>(StringComparer.Ordinal)
                {
                    [Open] =
                    [
                        .. open.Select(one => new Measurement<long>(
                            one.Count,
                            new("state", one.Key.State.Name()),
                            new("type", one.Key.Type)
                        )),
                    ],
                    // Also where there is none: an alarm wants a line that goes to zero.
                    [Due] =
                    [
                        .. s_due.Select(state => new Measurement<long>(
                            due.Count(one => one.Due == state),
                            new KeyValuePair<string, object?>("state", state)
                        )),
                    ],
                };
            },
            cancellationToken
        );
}
