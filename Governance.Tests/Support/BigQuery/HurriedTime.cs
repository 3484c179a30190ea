namespace Governance.Tests.Support.BigQuery;

/// <summary>
/// A clock on which a wait is over at once and counts in full, so that pauses between tries use up their budget and take no time. The date
/// is another clock's. What is longer than any pause (the limit of a request) is waited for as it is.
/// </summary>
internal sealed class HurriedTime(TimeProvider date) : TimeProvider
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);
    private long _waited;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => date.GetUtcNow();

    public override long GetTimestamp() => Interlocked.Read(ref _waited);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > s_longest)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        Interlocked.Add(ref _waited, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
