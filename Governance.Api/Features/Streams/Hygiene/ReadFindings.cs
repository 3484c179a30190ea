using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Streams.Hygiene;

/// <summary>What somebody should look at: raw topics that are kept in another way than demanded, and erased people who seem to come again.</summary>
internal sealed record ReadFindings : IRequest<Result<FindingsAnswer>>;

/// <summary>The answer.</summary>
/// <param name="LookedAt">When the broker was asked.</param>
/// <param name="Topics">How each raw topic is set.</param>
/// <param name="Events">What was seen in events themselves, by this process and since its start.</param>
internal sealed record FindingsAnswer(
    DateTimeOffset LookedAt,
    IReadOnlyList<TopicState> Topics,
    IReadOnlyList<EventFinding> Events
);

internal sealed class ReadFindingsHandler(TopicHygiene hygiene, ReturningPeople returning)
    : IRequestHandler<ReadFindings, Result<FindingsAnswer>>
{
    public async Task<Result<FindingsAnswer>> Handle(ReadFindings request, CancellationToken cancellationToken)
    {
        var report = await hygiene.LookAsync(cancellationToken);
        return new FindingsAnswer(report.At, report.Topics, returning.Find());
    }
}
