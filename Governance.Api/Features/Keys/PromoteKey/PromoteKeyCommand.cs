using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.PromoteKey;

internal sealed record PromoteKeyCommand(string ActorId, uint KeyId, bool Force) : IRequest<Result<KeyAnswer>>;

internal sealed class PromoteKeyHandler(KeyActs acts) : IRequestHandler<PromoteKeyCommand, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(PromoteKeyCommand request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.PromoteAsync(request.ActorId, request.KeyId, request.Force, cancellationToken));
}
