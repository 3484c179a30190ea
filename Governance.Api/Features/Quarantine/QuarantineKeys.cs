using System.Buffers.Binary;
using Governance.Api.Storage;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Quarantine;

/// <summary>Quarantined events by the key that sealed them.</summary>
internal sealed class QuarantineKeys(IStateStore store) : IKeyUse
{
    // An event may have megabytes.
    private const int BatchSize = 50;

    public string What => "quarantined events";

    public string Remedy => "Run: keys rewrap.";

    public async ValueTask<IReadOnlyDictionary<uint, long>> CountAsync(
        IReadOnlyList<uint> enabled,
        CancellationToken cancellationToken
    )
    {
        var counts = await store.ReadAsync(
            db =>
                db.Database.SqlQuery<SealedCount>(
                        $"""SELECT substr("Sealed", 2, 4) AS "KeyId", count(*) AS "Events" FROM quarantine GROUP BY 1"""
                    )
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        return counts
            .Where(count => count.KeyId.Length == sizeof(uint))
            .ToDictionary(count => BinaryPrimitives.ReadUInt32BigEndian(count.KeyId), count => count.Events);
    }

    /// <summary>Seals by the primary what another key sealed; running it again goes on where it was.</summary>
    /// <returns>How many were sealed anew, and how many could not be opened.</returns>
    public async Task<(long Sealed, long Unreadable)> ResealAsync(TenantKeys keys, CancellationToken cancellationToken)
    {
        var primary = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(primary, keys.PrimaryKeyId);
        var (done, unreadable) = (0L, 0L);
        for (var after = 0L; ; )
        {
            var rows = await store.ReadAsync(
                db =>
                    db.Set<KeptEventRow>()
                        .FromSql(
                            $"""
                            SELECT * FROM quarantine WHERE "Id" > {after} AND substr("Sealed", 2, 4) <> {primary}
                            ORDER BY "Id" LIMIT {BatchSize}
                            """
                        )
                        .ToListAsync(cancellationToken),
                cancellationToken
            );
            if (rows.Count == 0)
            {
                return (done, unreadable);
            }

            foreach (var row in rows)
            {
                if (
                    QuarantineSeal.Open(keys, row.Sealed, row.Topic, row.Partition, row.Offset, row.EventTime)
                    is not { } plain
                )
                {
                    unreadable++;
                    continue;
                }

                var again = QuarantineSeal.Seal(keys, plain);
                // One that was replayed meanwhile is gone, and stays so.
                done += await store.WriteAsync(
                    db =>
                        db.Database.ExecuteSqlAsync(
                            $"""UPDATE quarantine SET "Sealed" = {again} WHERE "Id" = {row.Id} AND "Sealed" = {row.Sealed}""",
                            cancellationToken
                        ),
                    cancellationToken
                );
            }

            after = rows[^1].Id;
        }
    }

    private sealed record SealedCount(byte[] KeyId, long Events);
}
