using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.RestoreKey;

internal sealed record RestoreKeyCommand(string ActorId, uint KeyId) : IRequest<Result<KeyAnswer>>;

internal sealed class RestoreKeyHandler(KeyActs acts) : IRequestHandler<RestoreKeyCommand, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(RestoreKeyCommand request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.RestoreAsync(request.ActorId, request.KeyId, cancellationToken));
}
