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
internal sealed record StreamList(DateTimeOffset Since, string? Trouble, IReadOnlyList<StreamState> Streams);

internal sealed class ListStreamsHandler(
    StreamStatistics statistics,
    IContractCatalogSource contracts,
    Interceptor interceptor
) : IRequestHandler<ListStreams, Result<StreamList>>
{
    public Task<Result<StreamList>> Handle(ListStreams request, CancellationToken cancellationToken)
    {
        var seen = statistics.Read();
        var quiet = contracts
            .Current.Datasets.Select(dataset => dataset.Topic)
            .Except(seen.Select(stream => stream.Topic), StringComparer.Ordinal)
            .Select(StreamState.Quiet);
        Result<StreamList> list = new StreamList(
            statistics.Since,
            interceptor.Trouble,
            [.. seen.Concat(quiet).OrderBy(stream => stream.Topic, StringComparer.Ordinal)]
        );
        return Task.FromResult(list);
    }
}
