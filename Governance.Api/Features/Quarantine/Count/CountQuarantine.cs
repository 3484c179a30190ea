using Governance.Api.Features.Quarantine.Destroy;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Quarantine.Count;

internal sealed record CountQuarantine : IRequest<Result<QuarantineAnswer>>;

/// <summary>What the quarantine holds: codes and counts, never values.</summary>
/// <param name="Events">In all.</param>
/// <param name="KeepDays">For how many days an event is kept at most.</param>
/// <param name="Warning">What is destroyed next, and how that is hindered; <see langword="null"/> where nothing is soon.</param>
/// <param name="Counts">By topic and code.</param>
internal sealed record QuarantineAnswer(
    long Events,
    int KeepDays,
    string? Warning,
    IReadOnlyList<QuarantineCountView> Counts
);

/// <summary>How many events are kept of a topic, with a code.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Code">The code.</param>
/// <param name="Events">How many.</param>
/// <param name="Oldest">The oldest one's Kafka timestamp.</param>
/// <param name="DestroyedFrom">When the first of them is destroyed.</param>
/// <param name="DestroyedSoon">How many are destroyed within the days of the warning.</param>
internal sealed record QuarantineCountView(
    string Topic,
    string Code,
    long Events,
    DateTimeOffset Oldest,
    DateTimeOffset? DestroyedFrom,
    long DestroyedSoon
);

internal sealed class CountQuarantineHandler(
    IStateStore store,
    QuarantineClock clock,
    IOptions<QuarantineOptions> options
) : IRequestHandler<CountQuarantine, Result<QuarantineAnswer>>
{
    public async Task<Result<QuarantineAnswer>> Handle(CountQuarantine request, CancellationToken cancellationToken)
    {
        var counts = await store.ReadAsync(db => CountAsync(db, cancellationToken), cancellationToken);
        var soon = counts.Where(count => count.DestroyedSoon > 0).ToArray();
        return new QuarantineAnswer(
            counts.Sum(count => count.Events),
            options.Value.KeepDays,
            soon.Length == 0
                ? null
                : $"{soon.Sum(count => count.DestroyedSoon)} events are destroyed within {options.Value.WarnDays} days, the first at {soon.Min(count => count.DestroyedFrom):yyyy-MM-dd HH:mm}Z. Mend the cause and POST /quarantine/replay, or they are lost to the warehouse.",
            counts
        );
    }

    private async Task<List<QuarantineCountView>> CountAsync(StateDbContext db, CancellationToken cancellationToken)
    {
        var groups = await db.Set<KeptEventRow>()
            .GroupBy(row => new { row.Topic, row.Code })
            .Select(group => new
            {
                group.Key.Topic,
                group.Key.Code,
                Events = group.LongCount(),
                Oldest = group.Min(row => row.EventTime),
                First = group.Min(row => row.KeptAt),
            })
            .OrderBy(group => group.Topic)
            .ThenBy(group => group.Code)
            .ToListAsync(cancellationToken);
        var views = new List<QuarantineCountView>();
        foreach (var group in groups)
        {
            var before = clock.Before(group.Topic).AddDays(options.Value.WarnDays);
            var soon =
                group.First < before
                    ? await db.Set<KeptEventRow>()
                        .LongCountAsync(
                            row => row.Topic == group.Topic && row.Code == group.Code && row.KeptAt < before,
                            cancellationToken
                        )
                    : 0;
            views.Add(
                new QuarantineCountView(
                    group.Topic,
                    group.Code,
                    group.Events,
                    group.Oldest,
                    group.First is { } first ? clock.EndOf(group.Topic, first) : null,
                    soon
                )
            );
        }

        return views;
    }
}
