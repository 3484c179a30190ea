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
/// <param name="Landed">They are in the warehouse now.</param>
/// <param name="Suppressed">They are about erased people, and gone.</param>
/// <param name="Remaining">They still cannot be masked, and stay.</param>
internal sealed record ReplayReport(int Landed, int Suppressed, int Remaining);

internal sealed class ReplayQuarantineHandler(
    IQuarantine quarantine,
    EventLander lander,
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

            foreach (var source in page.GroupBy(kept => kept.Event.Source, StringComparer.Ordinal))
            {
                report = await ReplayAsync(source.Key, [.. source], report, cancellationToken);
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
        IReadOnlyList<KeptEvent> kept,
        ReplayReport report,
        CancellationToken cancellationToken
    )
    {
        var opened = kept.Select(item => (item.Id, Event: Open(item.Event)))
            .Where(item => item.Event is not null)
            .ToArray();
        var outcome = await lander.ReplayAsync(source, [.. opened.Select(item => item.Event!)], cancellationToken);

        // Rows that landed are noted in the warehouse under their origin: a crash before the removal replays nothing twice.
        var refused = outcome.Refused.Select(item => item.Source).ToHashSet();
        var done = opened.Where(item => !refused.Contains(item.Event!)).Select(item => item.Id).ToArray();
        await quarantine.RemoveAsync(done, cancellationToken);
        return new ReplayReport(
            report.Landed + outcome.Masked.Sum(group => group.Sources.Count),
            report.Suppressed + outcome.Suppressed.Count,
            report.Remaining + kept.Count - done.Length
        );
    }

    private SourceEvent? Open(QuarantinedEvent kept) =>
        keys.TryOpenQuarantine(kept.Sealed, kept.Topic, kept.Partition, kept.Offset, out var plain)
            ? new SourceEvent(kept.Topic, kept.Partition, kept.Offset, kept.EventTime, plain)
            : null;
}
