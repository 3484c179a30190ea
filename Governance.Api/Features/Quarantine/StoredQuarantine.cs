using Governance.Api.Storage;
using Governance.Masking.Kafka;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Quarantine;

/// <summary>Keeps quarantined events in the state.</summary>
internal sealed class StoredQuarantine(IStateStore store, TimeProvider? clock = null) : IQuarantine
{
    public Task AddAsync(IReadOnlyList<QuarantinedEvent> events, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async db =>
            {
                var now = (clock ?? TimeProvider.System).GetUtcNow();
                foreach (var one in events)
                {
                    await AddAsync(db, one, now, cancellationToken);
                }
            },
            cancellationToken
        );

    public async Task<IReadOnlyList<KeptEvent>> ReadAsync(
        QuarantineFilter filter,
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        await store.ReadAsync(
            async db =>
            {
                var rows = db.Set<KeptEventRow>().Where(row => row.Id > after);
                rows = filter.Topic is { } topic ? rows.Where(row => row.Topic == topic) : rows;
                rows = filter.Code is { } code ? rows.Where(row => row.Code == code) : rows;
                var page = await rows.OrderBy(row => row.Id).Take(limit).ToListAsync(cancellationToken);
                return page.ConvertAll(row => new KeptEvent(row.Id, Event(row)));
            },
            cancellationToken
        );

    public Task<int> RemoveAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        store.WriteAsync(
            db => db.Set<KeptEventRow>().Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken),
            cancellationToken
        );

    public async Task<IReadOnlyList<QuarantineCount>> CountAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(
            async db =>
            {
                var groups = await db.Set<KeptEventRow>()
                    .GroupBy(row => new
                    {
                        row.Topic,
                        row.Code,
                        row.Way,
                    })
                    .Select(group => new
                    {
                        group.Key.Topic,
                        group.Key.Code,
                        group.Key.Way,
                        Events = group.LongCount(),
                        Oldest = group.Min(row => row.EventTime),
                    })
                    .OrderBy(group => group.Topic)
                    .ThenBy(group => group.Code)
                    .ThenBy(group => group.Way)
                    .ToListAsync(cancellationToken);
                return groups.ConvertAll(group => new QuarantineCount(
                    group.Topic,
                    group.Code,
                    group.Events,
                    group.Oldest
                )
                {
                    Way = group.Way,
                });
            },
            cancellationToken
        );

    // One that is kept already is kept no longer because it came again.
    private static Task<int> AddAsync(
        StateDbContext db,
        QuarantinedEvent one,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO quarantine
                ("Source", "Topic", "Partition", "Offset", "EventTime", "SchemaId", "Code", "Sealed", "Way", "KeptAt")
            VALUES
                ({one.Source}, {one.Topic}, {one.Partition}, {one.Offset}, {one.EventTime.UtcTicks}, {one.SchemaId},
                 {one.Code}, {one.Sealed}, {one.Way}, {now.UtcTicks})
            ON CONFLICT ("Source", "Topic", "Partition", "Offset", "Way")
            DO UPDATE SET "Code" = excluded."Code", "SchemaId" = excluded."SchemaId"
            """,
            cancellationToken
        );

    private static QuarantinedEvent Event(KeptEventRow row) =>
        new(row.Source, row.Topic, row.Partition, row.Offset, row.EventTime, row.SchemaId, row.Code, row.Sealed)
        {
            Way = row.Way,
        };
}
