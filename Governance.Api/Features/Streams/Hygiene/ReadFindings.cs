using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>How raw topics are set, against what their contracts demand.</summary>
internal sealed record ReadFindings : IRequest<Result<FindingsAnswer>>;

/// <summary>The answer.</summary>
/// <param name="LookedAt">When the broker was asked.</param>
/// <param name="Topics">By topic.</param>
internal sealed record FindingsAnswer(DateTimeOffset LookedAt, IReadOnlyList<TopicState> Topics);

internal sealed class ReadFindingsHandler(TopicHygiene hygiene) : IRequestHandler<ReadFindings, Result<FindingsAnswer>>
{
    public async Task<Result<FindingsAnswer>> Handle(ReadFindings request, CancellationToken cancellationToken)
    {
        var report = await hygiene.LookAsync(cancellationToken);
        return new FindingsAnswer(report.At, report.Topics);
    }
}
