using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>
/// How long BigQuery keeps deleted rows (time travel, and fail-safe behind it), and which snapshots and clones of the dataset's tables live
/// by themselves in the dataset.
/// </summary>
internal sealed class CopyInventory(BigQueryClient client, DatasetReference dataset)
{
    // Both as documented: https://cloud.google.com/bigquery/docs/time-travel
    private const long DefaultTimeTravelHours = 168;
    private static readonly TimeSpan s_failSafe = TimeSpan.FromDays(7);

    public async Task<PhysicalInventory> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await client.FindDatasetAsync(dataset, cancellationToken);
        var travel = TimeSpan.FromHours(found?.MaxTimeTravelHours ?? DefaultTimeTravelHours);
        var copies = new List<TableCopy>();
        await foreach (var listed in client.ListTablesAsync(dataset, cancellationToken))
        {
            // A clone is listed as any other table: what it is, only its own description tells.
            if (
                listed is { Type: "SNAPSHOT" or "CLONE" or "TABLE", Reference: { } reference }
                && await client.FindTableAsync(reference, cancellationToken) is { } table
                && Copy(table) is { } copy
            )
            {
                copies.Add(copy);
            }
        }

        return new PhysicalInventory(
            travel + s_failSafe,
            PurgedAt: null,
            copies,
            $"BigQuery keeps deleted rows for time travel ({travel.TotalDays:0.#} days) and seven days of fail-safe behind it."
        );
    }

    private static TableCopy? Copy(TableResource table)
    {
        var (kind, definition) = table switch
        {
            { SnapshotDefinition: { } snapshot } => ("snapshot", snapshot),
            { CloneDefinition: { } clone } => ("clone", clone),
            _ => ("", null),
        };
        return definition is null
            ? null
            : new TableCopy(
                table.Reference!.TableId,
                kind,
                definition.Table?.TableId ?? "",
                definition.SnapshotTime
                    ?? definition.CloneTime
                    ?? DateTimeOffset.FromUnixTimeMilliseconds(table.CreationTime ?? 0),
                table.ExpirationTime is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null
            );
    }
}
