using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Quarantine.Destroy;

/// <summary>Destroys events that have been kept for long enough, with an entry in the ledger for each topic and code: counts, never values.</summary>
internal sealed class QuarantineDestruction(
    IStateStore store,
    IStateScrub scrub,
    QuarantineClock clock,
    ILedger ledger,
    TimeProvider time
)
{
    private const string Actor = "system:quarantine";
    private const string Table = "quarantine";

    private bool _isToScrub;

    /// <summary>Does it once.</summary>
    /// <returns>What was destroyed.</returns>
    public async Task<IReadOnlyList<DestroyedEvents>> RunAsync(CancellationToken cancellationToken)
    {
        await NoteAsync(cancellationToken);
        var topics = await store.ReadAsync(
            db => db.Set<KeptEventRow>().Select(row => row.Topic).Distinct().ToListAsync(cancellationToken),
            cancellationToken
        );
        var destroyed = new List<DestroyedEvents>();
        foreach (var topic in topics.Order(StringComparer.Ordinal))
        {
            destroyed.AddRange(await DestroyAsync(topic, clock.Before(topic), cancellationToken));
        }

        // Their bytes, too. Where that fails it is tried again with the next look.
        _isToScrub |= destroyed.Count > 0;
        if (_isToScrub)
        {
            await scrub.RunAsync(Table, cancellationToken);
            _isToScrub = false;
        }

        return destroyed;
    }

    // Events of a version that did not write down when they came: they count from now.
    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (
            await store.ReadAsync(
                db => db.Set<KeptEventRow>().AnyAsync(row => row.KeptAt == null, cancellationToken),
                cancellationToken
            )
        )
        {
            await store.WriteAsync(
                db =>
                    db.Set<KeptEventRow>()
                        .Where(row => row.KeptAt == null)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.KeptAt, now), cancellationToken),
                cancellationToken
            );
        }
    }

    private Task<List<DestroyedEvents>> DestroyAsync(
        string topic,
        DateTimeOffset before,
        CancellationToken cancellationToken
    ) =>
        store.WriteAsync(
            async db =>
            {
                var due = db.Set<KeptEventRow>().Where(row => row.Topic == topic && row.KeptAt < before);
                var counts = await due.GroupBy(row => row.Code)
                    .Select(group => new { Code = group.Key, Count = group.LongCount() })
                    .OrderBy(group => group.Code)
                    .ToListAsync(cancellationToken);
                if (counts.Count == 0)
                {
                    return [];
                }

                await due.ExecuteDeleteAsync(cancellationToken);
                foreach (var code in counts)
                {
                    await ledger.AppendAsync(
                        db,
                        new LedgerFact(
                            Actor,
                            "quarantine.destroyed",
                            "quarantine",
                            new LedgerDetails
                            {
                                { "topic", topic },
                                { "code", code.Code },
                                { "events", code.Count },
                                { "kept_before", before },
                            }
                        ),
                        cancellationToken
                    );
                }

                return counts.ConvertAll(code => new DestroyedEvents(topic, code.Code, code.Count));
            },
            cancellationToken
        );
}

/// <summary>Events that were destroyed.</summary>
internal sealed record DestroyedEvents(string Topic, string Code, long Events);
