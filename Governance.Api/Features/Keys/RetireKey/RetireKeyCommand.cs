using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.RetireKey;

internal sealed record RetireKeyCommand(string ActorId, uint KeyId, bool Force) : IRequest<Result<KeyAnswer>>;

internal sealed class RetireKeyHandler(KeyActs acts) : IRequestHandler<RetireKeyCommand, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(RetireKeyCommand request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.RetireAsync(request.ActorId, request.KeyId, request.Force, cancellationToken));
}
