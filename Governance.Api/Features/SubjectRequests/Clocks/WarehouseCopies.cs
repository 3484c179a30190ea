using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>The warehouse's inventory, asked for at most every few hours: it may take a call for each table, and copies are taken seldom.</summary>
internal sealed class WarehouseCopies(IWarehouse warehouse, TimeProvider time)
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(6);
    private (DateTimeOffset At, PhysicalInventory Found)? _known;

    /// <summary>The inventory; <see langword="null"/> where the warehouse does not answer.</summary>
    public async Task<PhysicalInventory?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetUtcNow() - known.At < s_life)
        {
            return known.Found;
        }

        try
        {
            var found = await warehouse.InventoryAsync(cancellationToken);
            _known = (time.GetUtcNow(), found);
            return found;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A request is shown all the same.
            return null;
        }
    }

    /// <summary>Asks anew next time.</summary>
    public void Forget() => _known = null;
}
