using Governance.Api.Http;
using Governance.Masking.Kafka;
using MediatR;

namespace Governance.Api.Features.Quarantine.Count;

internal sealed record CountQuarantine : IRequest<Result<QuarantineCounts>>;

/// <summary>What the quarantine holds: codes and counts, never values.</summary>
/// <param name="Events">In all.</param>
/// <param name="Counts">By topic and code.</param>
internal sealed record QuarantineCounts(long Events, IReadOnlyList<QuarantineCount> Counts);

internal sealed class CountQuarantineHandler(IQuarantine quarantine)
    : IRequestHandler<CountQuarantine, Result<QuarantineCounts>>
{
    public async Task<Result<QuarantineCounts>> Handle(CountQuarantine request, CancellationToken cancellationToken)
    {
        var counts = await quarantine.CountAsync(cancellationToken);
        return new QuarantineCounts(counts.Sum(count => count.Events), counts);
    }
}
