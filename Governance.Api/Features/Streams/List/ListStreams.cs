using Governance.Api.Features.Streams.States;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using MediatR;

namespace Governance.Api.Features.Streams.List;

internal sealed record ListStreams : IRequest<Result<StreamList>>;

/// <summary>The topics of all contracts.</summary>
/// <param name="Since">When counting began: the start of this process.</param>
/// <param name="Trouble">Why nothing lands at the moment; <see langword="null"/> while all is well.</param>
/// <param name="Streams">By topic.</param>
internal sealed record StreamList(DateTimeOffset Since, string? Trouble, IReadOnlyList<TopicStream> Streams);

/// <summary>A topic: its counts in this process, and how it stands in all of them.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Consumed">Events that were consumed and are done with.</param>
/// <param name="Masked">Of these, rows that landed, or messages where the dataset goes to a masked topic alone.</param>
/// <param name="Quarantined">Of these, events that went to quarantine.</param>
/// <param name="Suppressed">Of these, events about erased people, dropped.</param>
/// <param name="Replayed">Rows and messages out of quarantine.</param>
/// <param name="Delivered">Messages that were delivered to the masked topic.</param>
/// <param name="Lost">Events that the broker had trimmed before they were consumed.</param>
/// <param name="Lag">Events between the last consumed and the end of the topic.</param>
/// <param name="Rate">Consumed events a second, over the whole time.</param>
/// <param name="Standing">Whether it runs, and why not.</param>
internal sealed record TopicStream(
    string Topic,
    long Consumed,
    long Masked,
    long Quarantined,
    long Suppressed,
    long Replayed,
    long Delivered,
    long Lost,
    long Lag,
    double Rate,
    StreamStanding Standing
)
{
    public static TopicStream Of(StreamState state, StreamStanding standing) =>
        new(
            state.Topic,
            state.Consumed,
            state.Masked,
            state.Quarantined,
            state.Suppressed,
            state.Replayed,
            state.Delivered,
            state.Lost,
            state.Lag,
            state.Rate,
            standing
        );
}

internal sealed class ListStreamsHandler(
    StreamStatistics statistics,
    IContractCatalogSource contracts,
    Interceptor interceptor,
    StoredStreamStates states
) : IRequestHandler<ListStreams, Result<StreamList>>
{
    public async Task<Result<StreamList>> Handle(ListStreams request, CancellationToken cancellationToken)
    {
        // A member that does not consume asks, too.
        await states.RefreshAsync(cancellationToken);
        var seen = statistics.Read();
        var quiet = contracts
            .Current.Datasets.Select(dataset => dataset.Topic)
            .Except(seen.Select(stream => stream.Topic), StringComparer.Ordinal)
            .Select(StreamState.Quiet);
        return new StreamList(
            statistics.Since,
            interceptor.Trouble,
            [
                .. seen.Concat(quiet)
                    .OrderBy(stream => stream.Topic, StringComparer.Ordinal)
                    .Select(stream => TopicStream.Of(stream, states.Of(stream.Topic))),
            ]
        );
    }
}
