using Governance.Api.Features.Streams.States;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using MediatR;

namespace Governance.Api.Features.Streams.Resume;

internal sealed record ResumeStream(string ActorId, string Topic) : IRequest<Result<StreamStanding>>;

internal sealed class ResumeStreamHandler(StoredStreamStates states, IContractCatalogSource contracts)
    : IRequestHandler<ResumeStream, Result<StreamStanding>>
{
    public async Task<Result<StreamStanding>> Handle(ResumeStream request, CancellationToken cancellationToken)
    {
        if (contracts.Current.FindTopic(request.Topic) is null && states.Runs(request.Topic))
        {
            return UnknownTopic.Failure;
        }

        await states.ResumeAsync(request.Topic, request.ActorId, cancellationToken);
        return StreamStanding.Runs;
    }
}
