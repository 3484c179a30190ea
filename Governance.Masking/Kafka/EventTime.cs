namespace Governance.Masking.Kafka;

/// <summary>
/// Kafka timestamps as instants. A producer may write any 64-bit number there, microseconds by mistake say; one that is no date
/// counts as the nearest that is, because an event whose time cannot be read would hold up its partition for ever.
/// </summary>
internal static class EventTime
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The instant of a timestamp in milliseconds since 1970.</summary>
    public static DateTimeOffset Of(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, First, Last));
}
