namespace Governance.Masking.Kafka;

/// <summary>Where events go that could not be masked: sealed whole, never plain. Safe for concurrent callers.</summary>
public interface IQuarantine
{
    /// <summary>
    /// Keeps events. One that is kept already (same source, topic, partition, offset and way) is not kept twice: it takes over the
    /// newer code, and its content stays. When this returns, the events survive a crash.
    /// </summary>
    Task AddAsync(IReadOnlyList<QuarantinedEvent> events, CancellationToken cancellationToken);

    /// <summary>Reads kept events, oldest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">Those behind this id; 0 from the beginning.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyList<KeptEvent>> ReadAsync(
        QuarantineFilter filter,
        long after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Removes events, after they have landed or by decision. Removing one that is gone changes nothing.</summary>
    /// <returns>How many there were.</returns>
    Task<int> RemoveAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>How many events are kept, by topic and code.</summary>
    Task<IReadOnlyList<QuarantineCount>> CountAsync(CancellationToken cancellationToken);
}

/// <summary>An event that could not be masked.</summary>
/// <param name="Source">Names the log that offsets count in: a Kafka cluster's id.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="EventTime">Its Kafka timestamp.</param>
/// <param name="SchemaId">The writer schema's id, where the event names one.</param>
/// <param name="Code">Why: a stable code, never a value.</param>
/// <param name="Sealed">The whole event, sealed under the quarantine's own key.</param>
public sealed record QuarantinedEvent(
    string Source,
    string Topic,
    int Partition,
    long Offset,
    DateTimeOffset EventTime,
    int? SchemaId,
    string Code,
    byte[] Sealed
)
{
    /// <summary>Which way out it could not go, of <see cref="WaysOut"/>; a dataset may have two, and each has its own entry.</summary>
    public string Way { get; init; } = WaysOut.Warehouse;
}

/// <summary>A kept event and its place in the quarantine.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="Event">The event.</param>
public sealed record KeptEvent(long Id, QuarantinedEvent Event);

/// <summary>Which kept events are meant.</summary>
/// <param name="Topic">Of this topic, or of all.</param>
/// <param name="Code">With this code, or with any.</param>
public sealed record QuarantineFilter(string? Topic = null, string? Code = null);

/// <summary>How many events are kept of a topic, with a code.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Code">The code.</param>
/// <param name="Events">How many.</param>
/// <param name="Oldest">The oldest one's Kafka timestamp.</param>
public sealed record QuarantineCount(string Topic, string Code, long Events, DateTimeOffset Oldest)
{
    /// <summary>Which way out they could not go, of <see cref="WaysOut"/>.</summary>
    public string Way { get; init; } = WaysOut.Warehouse;
}
