using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Governance.Api.Features.SubjectRequests.List;

/// <summary>Which open requests are past their legal deadline, or close to it.</summary>
internal sealed class DueRequests(LegalClock clock, TimeProvider time, IOptions<SubjectRequestOptions> options)
{
    // No deadline is nearer to its receipt than February is long.
    private const int ShortestMonth = 28;

    /// <summary>Those that are late or due soon, the earliest deadline first.</summary>
    public async Task<IReadOnlyList<DueRequest>> FindAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        var (now, soon) = (time.GetUtcNow(), options.Value.DueSoonDays);

        // The calendar is no matter for the store; it leaves out what is too young. A day more for the zone's midnight.
        var before = now.AddDays(soon + 1 - ShortestMonth);
        var open = await db.Set<SubjectRequest>()
            .Where(one => one.EndedAt == null && one.ReceivedAt <= before)
            .Select(one => new
            {
                one.Id,
                one.ReceivedAt,
                one.ExtendedAt,
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. from one in open
            let isExtended = one.ExtendedAt is not null
            let due = DueStates.Of(clock.DaysLeft(one.ReceivedAt, now, isExtended), soon)
            where due != DueStates.InTime
            let day = clock.DueOn(one.ReceivedAt, isExtended)
            orderby day, one.ReceivedAt, one.Id
            select new DueRequest(one.Id, day, due),
        ];
    }
}

/// <summary>An open request whose deadline presses.</summary>
internal sealed record DueRequest(Guid Id, LocalDate On, string Due);
