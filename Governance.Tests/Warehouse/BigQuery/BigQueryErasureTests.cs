using System.Globalization;
using Governance.Policies.Warehouse;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>Erasures in BigQuery.</summary>
public sealed class BigQueryErasureTests : ErasureSuite, IAsyncLifetime
{
    private StandInWarehouse? _warehouse;

    private protected override IWarehouse Warehouse => _warehouse!.Warehouse;

    private protected override int Cases => 25;

    public async ValueTask InitializeAsync() => _warehouse = await StandInWarehouse.StartAsync();

    public async ValueTask DisposeAsync() => await _warehouse!.DisposeAsync();

    private protected override async Task<IReadOnlyList<string>> RowsAsync(string table, IReadOnlySet<int> but)
    {
        var rows = await _warehouse!.Client.ReadJsonAsync(
            $"SELECT TO_JSON_STRING(t) FROM `test-project.energy.{table}` AS t ORDER BY t._offset"
        );
        return
        [
            .. rows!
                .Where(row => !but.Contains((int)row["_offset"]!.GetValue<long>()))
                .Select(row => row.ToJsonString()),
        ];
    }

    private protected override async Task<long> CountClearedAsync(string table) =>
        long.Parse(
            (
                await _warehouse!.Client.QueryAsync(
                    $"""
                    SELECT COUNT(*) FROM `test-project.energy.{table}` WHERE id IS NULL AND contact IS NULL
                    AND ARRAY_LENGTH(preferences) = 0 AND ARRAY_LENGTH(`groups`) = 0 AND either IS NULL AND note IS NULL
                    AND IS_NAN(amount)
                    """
                )
            )[0]!,
            CultureInfo.InvariantCulture
        );
}
