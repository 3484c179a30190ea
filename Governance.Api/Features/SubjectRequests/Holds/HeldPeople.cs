using System.Runtime.InteropServices;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Whom the holds in force protect.</summary>
internal static class HeldPeople
{
    /// <summary>Of a batch's requests, those whose person's rows in a table are held, and until when; read inside the caller's write.</summary>
    public static async Task<IReadOnlyDictionary<Guid, HoldEnd>> InForceAsync(
        StateDbContext db,
        string dataset,
        PeopleOfBatch people,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var held = new Dictionary<Guid, HoldEnd>();
        foreach (var hold in await InForce(db, now).AsNoTracking().ToListAsync(cancellationToken))
        {
            if (!hold.Covers(dataset))
            {
                continue;
            }

            foreach (var request in people.Of(hold))
            {
                held[request] = held.TryGetValue(request, out var other)
                    ? other.Later(new HoldEnd(hold.Until))
                    : new HoldEnd(hold.Until);
            }
        }

        return held;
    }

    /// <summary>The holds in force, with their keys.</summary>
    public static IQueryable<LegalHold> InForce(StateDbContext db, DateTimeOffset now) =>
        db.Set<LegalHold>()
            .Include(hold => hold.Keys)
            .Where(hold => hold.ReleasedAt == null && (hold.Until == null || hold.Until > now));
}

/// <summary>When a person's hold ends.</summary>
/// <param name="Until">The time; <see langword="null"/> where somebody must release it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HoldEnd(DateTimeOffset? Until)
{
    /// <summary>Of two holds on one person, the end of the one that lasts longer.</summary>
    public HoldEnd Later(HoldEnd other) =>
        Until is null || other.Until is null
            ? new HoldEnd(null)
            : new HoldEnd(Until > other.Until ? Until : other.Until);
}
