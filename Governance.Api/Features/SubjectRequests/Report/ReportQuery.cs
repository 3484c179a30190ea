using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Extensions;

namespace Governance.Api.Features.SubjectRequests.Report;

/// <summary>How the requests of a period were answered.</summary>
/// <param name="From">The first day of receipt.</param>
/// <param name="To">The last day of receipt.</param>
internal sealed record ReportQuery(DateOnly? From, DateOnly? To) : IRequest<Result<SubjectRequestReport>>;

/// <summary>Counts, days and ids; no value of anybody.</summary>
/// <param name="From">The first day of receipt.</param>
/// <param name="To">The last day of receipt.</param>
/// <param name="Zone">The time zone of these days.</param>
/// <param name="Region">Whose holidays move deadlines.</param>
/// <param name="Total">Requests that were received then.</param>
/// <param name="Types">The same by type.</param>
/// <param name="Late">Those that ended after their deadline, or are open after it; the earliest deadline first.</param>
internal sealed record SubjectRequestReport(
    DateOnly From,
    DateOnly To,
    string Zone,
    string Region,
    int Total,
    IReadOnlyList<TypeReport> Types,
    IReadOnlyList<LateRequest> Late
);

/// <summary>The requests of a type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Total">How many.</param>
/// <param name="Open">Those that have not ended.</param>
/// <param name="Ended">Those that have, by how.</param>
/// <param name="Extended">Those with two further months.</param>
/// <param name="InTime">Those that ended in time.</param>
/// <param name="Late">Those that ended late, or are open and late.</param>
/// <param name="MedianDays">Days from receipt to end, of half of those that ended at most so many; duplicates left out.</param>
/// <param name="MaxDays">The most of them.</param>
internal sealed record TypeReport(
    string Type,
    int Total,
    int Open,
    IReadOnlyDictionary<string, int> Ended,
    int Extended,
    int InTime,
    int Late,
    double? MedianDays,
    int? MaxDays
);

/// <summary>A request that is, or was, late.</summary>
internal sealed record LateRequest(Guid Id, string Type, DateOnly DueOn, DateTimeOffset? EndedAt, int DaysLate);

internal sealed class ReportHandler(IStateStore state, LegalClock clock, TimeProvider time)
    : IRequestHandler<ReportQuery, Result<SubjectRequestReport>>
{
    public async Task<Result<SubjectRequestReport>> Handle(ReportQuery request, CancellationToken cancellationToken)
    {
        if (request is not { From: { } from, To: { } to } || from > to || to.Year > 9000)
        {
            return Failure.Invalid(
                "bad_period",
                "A report is of a period: ?from=2026-01-01&to=2026-03-31, both days in it.",
                "Name both days, the first one first."
            );
        }

        var (start, end) = (
            clock.StartOf(LocalDate.FromDateOnly(from)),
            clock.StartOf(LocalDate.FromDateOnly(to).PlusDays(1))
        );
        var rows = await state.ReadAsync(
            db =>
                db.Set<SubjectRequest>()
                    .Where(one => one.ReceivedAt >= start && one.ReceivedAt < end)
                    .Select(one => new Row(
                        one.Id,
                        one.Type,
                        one.State,
                        one.ReceivedAt,
                        one.EndedAt,
                        one.ExtendedAt != null
                    ))
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        var late = rows.Select(Late).OfType<LateRequest>().OrderBy(one => one.DueOn).ThenBy(one => one.Id).ToArray();
        return new SubjectRequestReport(
            from,
            to,
            clock.Zone,
            clock.Region,
            rows.Count,
            [
                .. rows.GroupBy(one => one.Type, StringComparer.Ordinal)
                    .OrderBy(type => type.Key, StringComparer.Ordinal)
                    .Select(type => Of(type.Key, [.. type], late)),
            ],
            late
        );
    }

    private TypeReport Of(string type, Row[] rows, LateRequest[] late)
    {
        // A duplicate ends at once, and says nothing of how long people wait.
        var days = rows.Where(one => one.EndedAt is not null && one.State is not RequestState.DuplicateOf)
            .Select(one => Period.DaysBetween(clock.ReceivedOn(one.ReceivedAt), clock.ReceivedOn(one.EndedAt!.Value)))
            .Order()
            .ToArray();
        return new TypeReport(
            type,
            rows.Length,
            rows.Count(one => one.EndedAt is null),
            rows.Where(one => one.EndedAt is not null)
                .CountBy(one => one.State.Name(), StringComparer.Ordinal)
                .OrderBy(end => end.Key, StringComparer.Ordinal)
                .ToDictionary(StringComparer.Ordinal),
            rows.Count(one => one.IsExtended),
            rows.Count(one => one.EndedAt is { } ended && clock.IsInTime(one.ReceivedAt, ended, one.IsExtended)),
            late.Count(one => one.Type == type),
            days.Length == 0 ? null : (days[(days.Length - 1) / 2] + days[days.Length / 2]) / 2.0,
            days.Length == 0 ? null : days[^1]
        );
    }

    private LateRequest? Late(Row row)
    {
        var due = clock.DueOn(row.ReceivedAt, row.IsExtended);
        var days = Period.DaysBetween(due, clock.ReceivedOn(row.EndedAt ?? time.GetUtcNow()));
        return days > 0 ? new LateRequest(row.Id, row.Type, due.ToDateOnly(), row.EndedAt, days) : null;
    }

    private sealed record Row(
        Guid Id,
        string Type,
        RequestState State,
        DateTimeOffset ReceivedAt,
        DateTimeOffset? EndedAt,
        bool IsExtended
    );
}
