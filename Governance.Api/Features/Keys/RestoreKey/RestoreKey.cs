using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.RestoreKey;

internal sealed record RestoreKey(string ActorId, uint KeyId) : IRequest<Result<KeyAnswer>>;

internal sealed class RestoreKeyHandler(KeyActs acts) : IRequestHandler<RestoreKey, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(RestoreKey request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.RestoreAsync(request.ActorId, request.KeyId, cancellationToken));
}
