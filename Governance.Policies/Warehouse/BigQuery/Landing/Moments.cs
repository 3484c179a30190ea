namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>
/// The time, as it never goes back in this process even where the clock does, in whole microseconds: rows that were written after a record are
/// told from those before it.
/// </summary>
internal sealed class Moments(TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public DateTimeOffset Next()
    {
        var now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        lock (_lock)
        {
            return _last = now > _last ? now : _last;
        }
    }
}
