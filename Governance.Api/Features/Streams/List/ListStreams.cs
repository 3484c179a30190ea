using Governance.Api.Configuration;
using Governance.Api.Features.Streams.Hygiene;
using Governance.Api.Features.Streams.States;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using MediatR;

namespace Governance.Api.Features.Streams.List;

internal sealed record ListStreams : IRequest<Result<StreamList>>;

/// <summary>The topics of all contracts.</summary>
/// <param name="Since">When counting began: the start of this process.</param>
/// <param name="Consumes">Whether this process consumes; where it does not, others count, and what is counted here is nothing.</param>
/// <param name="Trouble">Why nothing lands at the moment; <see langword="null"/> while all is well.</param>
/// <param name="MaskingShare">Which part of the time of batches masking took, 0 to 1; <see langword="null"/> before the first batch.</param>
/// <param name="Streams">By topic.</param>
internal sealed record StreamList(
    DateTimeOffset Since,
    bool Consumes,
    string? Trouble,
    double? MaskingShare,
    IReadOnlyList<StreamView> Streams
);

/// <summary>One topic: what became of its events since the process started, and how fresh its table is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Consumed">Events that were consumed and are done with.</param>
/// <param name="Masked">Of these, rows that landed, or messages where the dataset goes to a masked topic alone.</param>
/// <param name="Quarantined">Of these, events that went to quarantine.</param>
/// <param name="QuarantinedByCode">The same by code.</param>
/// <param name="Suppressed">Of these, events about erased people, dropped.</param>
/// <param name="SuppressedNewer">Of these, events that are newer than the erasure: see <c>/streams/findings</c>.</param>
/// <param name="Replayed">Rows and messages out of quarantine.</param>
/// <param name="Delivered">Messages that were delivered to the masked topic.</param>
/// <param name="Lost">Events that the broker had trimmed before they were consumed.</param>
/// <param name="Lag">Events between the last consumed and the end of the topic.</param>
/// <param name="Rate">Consumed events a second, over the whole time.</param>
/// <param name="NewestEvent">When the newest event was written whose row has landed, in whatever process.</param>
/// <param name="NewestAgeSeconds">How long ago that was.</param>
/// <param name="RawTopic">How the topic is set against its contract: <c>as_demanded</c>, <c>differs</c>, <c>unknown</c>, or <c>not_looked_at</c> yet; see <c>/streams/findings</c>.</param>
/// <param name="Standing">Whether it runs, and why not.</param>
internal sealed record StreamView(
    string Topic,
    long Consumed,
    long Masked,
    long Quarantined,
    IReadOnlyDictionary<string, long> QuarantinedByCode,
    long Suppressed,
    long SuppressedNewer,
    long Replayed,
    long Delivered,
    long Lost,
    long Lag,
    double Rate,
    DateTimeOffset? NewestEvent,
    double? NewestAgeSeconds,
    string RawTopic,
    StreamStanding Standing
);

internal sealed partial class ListStreamsHandler(
    StreamStatistics statistics,
    IContractCatalogSource contracts,
    Interceptor interceptor,
    StoredStreamStates states,
    InterceptorOptions options,
    ServiceRoles roles,
    TopicHygiene hygiene,
    IWarehouse warehouse,
    TimeProvider time,
    ILogger<ListStreamsHandler> logger
) : IRequestHandler<ListStreams, Result<StreamList>>
{
    private const string NotLookedAt = "not_looked_at";

    public async Task<Result<StreamList>> Handle(ListStreams request, CancellationToken cancellationToken)
    {
        // A member that does not consume asks, too.
        await states.RefreshAsync(cancellationToken);
        var seen = statistics.Read();
        var datasets = contracts.Current.Datasets;
        var quiet = datasets
            .Select(dataset => dataset.Topic)
            .Except(seen.Select(stream => stream.Topic), StringComparer.Ordinal)
            .Select(StreamState.Quiet);
        var tables = await NewestAsync(cancellationToken);
        var newest = datasets
            .GroupBy(dataset => dataset.Topic, StringComparer.Ordinal)
            .ToDictionary(
                topic => topic.Key,
                topic => topic.Max(dataset => tables.GetValueOrDefault(dataset.Name)),
                StringComparer.Ordinal
            );
        var raw = (hygiene.Last?.Topics ?? [])
            .GroupBy(topic => topic.Topic, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().State, StringComparer.Ordinal);
        return new StreamList(
            statistics.Since,
            roles.Has(ServiceRole.Stream) && options.Enabled,
            interceptor.Trouble,
            statistics.MaskingShare,
            [
                .. seen.Concat(quiet)
                    .OrderBy(stream => stream.Topic, StringComparer.Ordinal)
                    .Select(stream =>
                        View(
                            stream,
                            newest.GetValueOrDefault(stream.Topic),
                            raw.GetValueOrDefault(stream.Topic, NotLookedAt)
                        )
                    ),
            ]
        );
    }

    private StreamView View(StreamState stream, DateTimeOffset? inTable, string raw)
    {
        var newest = stream.Newest > inTable || inTable is null ? stream.Newest : inTable;
        return new StreamView(
            stream.Topic,
            stream.Consumed,
            stream.Masked,
            stream.Quarantined,
            stream.Codes,
            stream.Suppressed,
            stream.SuppressedNewer,
            stream.Replayed,
            stream.Delivered,
            stream.Lost,
            stream.Lag,
            stream.Rate,
            newest,
            newest is { } at ? Math.Round(Math.Max(0, (time.GetUtcNow() - at).TotalSeconds), 3) : null,
            raw,
            states.Of(stream.Topic)
        );
    }

    // Whoever looks for a fault looks here: a warehouse that is away must not hide the rest.
    private async Task<Dictionary<string, DateTimeOffset?>> NewestAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await warehouse.DescribeAsync(cancellationToken)).ToDictionary(
                table => table.Name,
                table => table.NewestEvent,
                StringComparer.Ordinal
            );
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogAway((exception as WarehouseException)?.Refusal.Code ?? exception.GetType().Name);
            return new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        }
    }

    [LoggerMessage(LogLevel.Warning, "How fresh the tables are could not be asked: {Fault}")]
    private partial void LogAway(string fault);
}
