using System.Collections.Frozen;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Masking.Kafka;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Streams.States;

/// <summary>
/// Keeps in the state which topics do not run, so that all members of the group and every later start hold to it; memory mirrors it.
/// Every change stands in the ledger.
/// </summary>
internal sealed class StoredStreamStates(IStateStore store, ILedger ledger, TimeProvider time) : IStreamStates
{
    private const string Interceptor = "system:interceptor";

    private volatile FrozenDictionary<string, StreamStanding> _known = FrozenDictionary<string, StreamStanding>.Empty;

    public bool Runs(string topic) => !_known.ContainsKey(topic);

    /// <summary>A topic's standing as memory knows it: at most a second or so old.</summary>
    public StreamStanding Of(string topic) => _known.GetValueOrDefault(topic, StreamStanding.Runs);

    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            db => db.Set<StreamStateRow>().ToListAsync(cancellationToken),
            cancellationToken
        );
        if (rows.Count > 0 || _known.Count > 0)
        {
            _known = rows.ToFrozenDictionary(row => row.Topic, StreamStanding.Of, StringComparer.Ordinal);
        }
    }

    public async Task HaltAsync(string topic, string code, string reason, CancellationToken cancellationToken)
    {
        await KeepAsync(
            new StreamStateRow
            {
                Topic = topic,
                State = StreamStanding.Halted,
                Code = code,
                Reason = reason,
                By = Interceptor,
                Since = time.GetUtcNow(),
            },
            cancellationToken
        );
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Pauses a topic. One that is paused or halted already stays as it is.</summary>
    /// <returns>How it stands now.</returns>
    public async Task<StreamStanding> PauseAsync(
        string topic,
        string actor,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        var row = await KeepAsync(
            new StreamStateRow
            {
                Topic = topic,
                State = StreamStanding.Paused,
                Reason = reason,
                By = actor,
                Since = time.GetUtcNow(),
            },
            cancellationToken
        );
        await RefreshAsync(cancellationToken);
        return StreamStanding.Of(row);
    }

    /// <summary>Lets a topic run. One that runs stays as it is.</summary>
    public async Task ResumeAsync(string topic, string actor, CancellationToken cancellationToken)
    {
        await store.WriteAsync(
            async db =>
            {
                if (await db.FindAsync<StreamStateRow>([topic], cancellationToken) is { } row)
                {
                    db.Remove(row);
                    await ledger.AppendAsync(
                        db,
                        new LedgerFact(
                            actor,
                            "stream.resumed",
                            $"stream/{topic}",
                            new LedgerDetails { { "was", row.State } }
                        ),
                        cancellationToken
                    );
                }
            },
            cancellationToken
        );
        await RefreshAsync(cancellationToken);
    }

    private Task<StreamStateRow> KeepAsync(StreamStateRow row, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async db =>
            {
                if (await db.FindAsync<StreamStateRow>([row.Topic], cancellationToken) is { } kept)
                {
                    return kept;
                }

                db.Add(row);
                // The reason is somebody's words: it can be removed with the row, and the ledger cannot forget.
                var details = row.Code is { } code ? new LedgerDetails { { "code", code } } : LedgerDetails.None;
                await ledger.AppendAsync(
                    db,
                    new LedgerFact(row.By, $"stream.{row.State}", $"stream/{row.Topic}", details),
                    cancellationToken
                );
                return row;
            },
            cancellationToken
        );
}
