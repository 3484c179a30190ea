using Governance.Masking.Contracts;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>
/// Finds topics with events that are newer than the erasure of whom they are about. They are dropped, as the contract says by default; but
/// either a source goes on sending an erased person's data, or the person is a customer again: somebody has to say which.
/// </summary>
internal sealed class ReturningPeople(StreamStatistics statistics, IContractCatalogSource contracts)
{
    /// <summary>The findings; none of a dataset whose contract lets people begin anew by now.</summary>
    public IReadOnlyList<EventFinding> Find()
    {
        var catalog = contracts.Current;
        return
        [
            .. from stream in statistics.Read()
            where stream.SuppressedNewer > 0
            let dataset = catalog.FindTopic(stream.Topic)
            where dataset is { StartsAnew: false }
            select new EventFinding(
                stream.Topic,
                dataset.Name,
                EventFinding.NewerThanErasure,
                stream.SuppressedNewer,
                statistics.Since,
                "Events about people who were erased, newer than their erasure, were dropped: these people seem to come again.",
                $"Have the source of {stream.Topic} stop sending them. Or, where people may come again, state newerThanErasure: startAnew for {dataset.Name} in the contract {dataset.ContractId}: newer events then pass, under a new surrogate. What was dropped must be sent again."
            ),
        ];
    }
}

/// <summary>Something that was seen in the events of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Dataset">Its dataset.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Count">How many events.</param>
/// <param name="Since">Since when they are counted: the start of this process.</param>
/// <param name="Detail">What it means.</param>
/// <param name="Next">What to do next.</param>
internal sealed record EventFinding(
    string Topic,
    string Dataset,
    string Code,
    long Count,
    DateTimeOffset Since,
    string Detail,
    string Next
)
{
    public const string NewerThanErasure = "newer_than_erasure";
}
