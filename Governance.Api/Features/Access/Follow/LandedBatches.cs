using System.Threading.Channels;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Access.Follow;

/// <summary>
/// Batches that have landed and that somebody follows, on their way to the feeds. Landing never waits for it: where it is full, the batch is
/// left out and its dataset noted, and readers are told of the gap.
/// </summary>
internal sealed class LandedBatches
{
    // Each may have megabytes; a feed that is behind by more is told of a gap.
    private const int Capacity = 8;

    private readonly Channel<LandedBatch> _batches = Channel.CreateBounded<LandedBatch>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );

    private readonly Lock _gate = new();
    private volatile HashSet<string> _followed = new(StringComparer.Ordinal);
    private HashSet<string> _missed = new(StringComparer.Ordinal);

    /// <summary>Batches, in the order in which they landed.</summary>
    public ChannelReader<LandedBatch> Reader => _batches.Reader;

    /// <summary>Names the datasets that are followed; all others are passed over at once.</summary>
    public void Follow(IEnumerable<string> datasets) =>
        _followed = new HashSet<string>(datasets, StringComparer.Ordinal);

    /// <summary>Takes in what has landed.</summary>
    public void Add(MaskedBatch batch)
    {
        foreach (var rows in batch.Rows)
        {
            if (
                rows.Rows.Count > 0
                && _followed.Contains(rows.Dataset.Name)
                && !_batches.Writer.TryWrite(new LandedBatch(batch.Source, rows))
            )
            {
                lock (_gate)
                {
                    _missed.Add(rows.Dataset.Name);
                }
            }
        }
    }

    /// <summary>The datasets of which batches were left out since this was asked last.</summary>
    public IReadOnlyCollection<string> TakeMissed()
    {
        lock (_gate)
        {
            var missed = _missed;
            _missed = new HashSet<string>(StringComparer.Ordinal);
            return missed;
        }
    }
}

/// <summary>Rows of one dataset that have landed.</summary>
/// <param name="Source">Names the log that offsets count in.</param>
/// <param name="Rows">The rows.</param>
internal sealed record LandedBatch(string Source, MaskedRows Rows);
