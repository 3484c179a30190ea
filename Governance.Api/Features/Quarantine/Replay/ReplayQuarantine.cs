using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using MediatR;

namespace Governance.Api.Features.Quarantine.Replay;

/// <summary>Which events are tried again.</summary>
/// <param name="Topic">Events of this topic, or of all.</param>
/// <param name="Code">Events with this code, or with any.</param>
internal sealed record ReplayQuarantineBody(string? Topic = null, string? Code = null);

internal sealed record ReplayQuarantine(string ActorId, string? Topic, string? Code) : IRequest<Result<ReplayReport>>;

/// <summary>What became of the events that were tried again.</summary>
/// <param name="Landed">They are where they belong now: in the warehouse, or in their masked topic.</param>
/// <param name="Suppressed">They are about erased people, and gone.</param>
/// <param name="Remaining">They still cannot be masked, and stay.</param>
internal sealed record ReplayReport(int Landed, int Suppressed, int Remaining);

internal sealed class ReplayQuarantineHandler(
    IQuarantine quarantine,
    EventLander lander,
    TopicDelivery delivery,
    TenantKeys keys,
    ILedger ledger
) : IRequestHandler<ReplayQuarantine, Result<ReplayReport>>
{
    private const int PageSize = 500;

    public async Task<Result<ReplayReport>> Handle(ReplayQuarantine request, CancellationToken cancellationToken)
    {
        var filter = new QuarantineFilter(request.Topic, request.Code);
        var report = new ReplayReport(0, 0, 0);
        for (var after = 0L; ; )
        {
            var page = await quarantine.ReadAsync(filter, after, PageSize, cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            foreach (var group in page.GroupBy(kept => (kept.Event.Source, kept.Event.Way)))
            {
                report = await ReplayAsync(group.Key.Source, group.Key.Way, [.. group], report, cancellationToken);
            }

            after = page[^1].Id;
        }

        await ledger.AppendAsync(
            new LedgerFact(
                request.ActorId,
                "quarantine.replayed",
                "quarantine",
                new LedgerDetails
                {
                    { "landed", report.Landed },
                    { "suppressed", report.Suppressed },
                    { "remaining", report.Remaining },
                }
            ),
            cancellationToken
        );
        return report;
    }

    private async Task<ReplayReport> ReplayAsync(
        string source,
        string way,
        IReadOnlyList<KeptEvent> kept,
        ReplayReport report,
        CancellationToken cancellationToken
    )
    {
        var opened = kept.Select(item => (item.Id, Event: Open(item.Event)))
            .Where(item => item.Event is not null)
            .ToArray();
        SourceEvent[] events = [.. opened.Select(item => item.Event!)];
        var (landed, suppressed, stay) =
            way == WaysOut.Topic
                ? await DeliverAsync(events, cancellationToken)
                : await LandAsync(source, events, cancellationToken);

        // Rows that landed are noted in the warehouse under their origin: a crash before the removal replays nothing twice.
        var done = opened.Where(item => !stay.Contains(item.Event!)).Select(item => item.Id).ToArray();
        await quarantine.RemoveAsync(done, cancellationToken);
        return new ReplayReport(
            report.Landed + landed,
            report.Suppressed + suppressed,
            report.Remaining + kept.Count - done.Length
        );
    }

    private async Task<(int Landed, int Suppressed, HashSet<SourceEvent> Stay)> LandAsync(
        string source,
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        var outcome = await lander.ReplayAsync(source, events, cancellationToken);
        return (
            outcome.Masked.Sum(group => group.Sources.Count),
            outcome.Suppressed.Count,
            [.. outcome.Refused.Select(item => item.Source)]
        );
    }

    private async Task<(int Landed, int Suppressed, HashSet<SourceEvent> Stay)> DeliverAsync(
        IReadOnlyList<SourceEvent> events,
        CancellationToken cancellationToken
    )
    {
        var outcome = await delivery.ReplayAsync(events, cancellationToken);
        return (
            outcome.Masked.Count,
            outcome.Suppressed.Count,
            [
                .. outcome.Refused.Select(item => item.Source),
                .. events.Where(item => outcome.Held.ContainsKey(item.Topic)),
            ]
        );
    }

    private SourceEvent? Open(QuarantinedEvent kept) =>
        QuarantineSeal.Open(keys, kept.Sealed, kept.Topic, kept.Partition, kept.Offset, kept.EventTime);
}
