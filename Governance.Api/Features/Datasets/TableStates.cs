using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Datasets;

/// <summary>How full and how fresh the tables are. A dataset whose table is not made yet has no rows.</summary>
internal sealed class TableStates(IWarehouse warehouse, TimeProvider time)
{
    public async Task<Func<string, TableFacts>> ReadAsync(CancellationToken cancellationToken)
    {
        var tables = (await warehouse.DescribeAsync(cancellationToken)).ToDictionary(
            table => table.Name,
            StringComparer.Ordinal
        );
        var now = time.GetUtcNow();
        return dataset =>
            tables.TryGetValue(dataset, out var table)
                ? new TableFacts(
                    table.Rows,
                    table.NewestEvent,
                    table.NewestEvent is { } newest ? Math.Max(0, (long)(now - newest).TotalSeconds) : null
                )
                : new TableFacts(0, null, null);
    }
}

/// <summary>A table's facts.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="NewestEvent">The newest row's event time; null in an empty table.</param>
/// <param name="AgeSeconds">How long ago that was.</param>
internal sealed record TableFacts(long Rows, DateTimeOffset? NewestEvent, long? AgeSeconds);
