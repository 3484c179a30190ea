using Governance.Api.Features.Streams.States;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Streams.Pause;

/// <summary>Why a topic is paused.</summary>
/// <param name="Reason">For whoever wonders later; at most 300 characters, and nothing of a person.</param>
internal sealed record PauseStreamBody(string? Reason = null);

internal sealed record PauseStream(string ActorId, string Topic, string? Reason) : IRequest<Result<StreamStanding>>;

internal sealed class PauseStreamHandler(StoredStreamStates states, IContractCatalogSource contracts)
    : IRequestHandler<PauseStream, Result<StreamStanding>>
{
    private const int LongestReason = 300;

    public async Task<Result<StreamStanding>> Handle(PauseStream request, CancellationToken cancellationToken)
    {
        if (contracts.Current.FindTopic(request.Topic) is null)
        {
            return UnknownTopic.Failure;
        }

        if (request.Reason is { Length: > LongestReason })
        {
            return Failure.Invalid("long_reason", $"A reason has at most {LongestReason} characters.", "Shorten it.");
        }

        var now = await states.PauseAsync(request.Topic, request.ActorId, request.Reason, cancellationToken);
        return now.State == StreamStanding.Halted
            ? Failure.Conflict(
                "stream_halted",
                $"The interceptor has halted this topic already ({now.Code}).",
                "Mend the cause that GET /streams names, then POST /streams/{topic}/resume."
            )
            : now;
    }
}
